package io.restante.edge;

import io.restante.account.AccountStore;
import io.restante.account.Caller;
import io.restante.account.PushTokens;
import io.restante.account.RegisteredAccount;
import io.restante.protocol.GatewayException;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** A caller's own account: names, attributes, push tokens, the end. Parse, call, encode. */
public final class AccountRoutes {
  private final AccountStore accounts;

  /** The routes of one event loop. */
  public AccountRoutes(AccountStore accounts) {
    this.accounts = accounts;
  }

  /** All of them. */
  public List<Route> routes() {
    return List.of(
        new Route("GET", "/v1/accounts/whoami", Access.DEVICE, this::whoami),
        new Route("PUT", "/v1/accounts/attributes", Access.DEVICE, this::putAttributes),
        new Route("PUT", "/v1/accounts/gcm", Access.DEVICE, this::putFcm),
        new Route("DELETE", "/v1/accounts/gcm", Access.DEVICE, this::deletePush),
        new Route("PUT", "/v1/accounts/apn", Access.DEVICE, this::putApns),
        new Route("DELETE", "/v1/accounts/apn", Access.DEVICE, this::deletePush),
        new Route("DELETE", "/v1/accounts/me", Access.DEVICE, this::delete));
  }

  private Future<Reply> whoami(Call call) {
    Caller caller = call.device();
    RegisteredAccount account = new RegisteredAccount(caller.aci(), caller.pni(), caller.handle());
    return Future.succeededFuture(Reply.json(200, names(account)));
  }

  /** {@code {uuid, pni, number}}. */
  static JsonObject names(RegisteredAccount account) {
    return new JsonObject()
        .put("uuid", account.aci().toString())
        .put("pni", account.pni().toString())
        .put("number", account.handle().text());
  }

  private Future<Reply> putAttributes(Call call) {
    return accounts
        .putAttributes(
            call.device().address(), AccountFields.attributes(JsonFields.parse(call.body())))
        .map(done -> Reply.noContent());
  }

  private Future<Reply> putFcm(Call call) {
    return put(call, new PushTokens(null, token(call, "gcmRegistrationId"), null));
  }

  private Future<Reply> putApns(Call call) {
    return put(call, new PushTokens(token(call, "apnRegistrationId"), null, null));
  }

  private Future<Reply> deletePush(Call call) {
    return put(call, PushTokens.NONE);
  }

  private Future<Reply> put(Call call, PushTokens tokens) {
    return accounts.putPushTokens(call.device().address(), tokens).map(done -> Reply.noContent());
  }

  private static String token(Call call, String field) {
    String token = JsonFields.parse(call.body()).text(field, PushTokens.TOKEN_CHARS_MAX);
    if (token.isEmpty()) {
      throw GatewayException.invalidField(field, "0 characters", "1 or more");
    }
    return token;
  }

  private Future<Reply> delete(Call call) {
    return accounts.delete(call.primary().aci()).map(done -> Reply.noContent());
  }
}
