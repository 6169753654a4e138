package io.restante.edge;

import io.restante.account.AccountAttributes;
import io.restante.account.CodeSender.Transport;
import io.restante.account.NewDevice;
import io.restante.account.PushTokens;
import io.restante.account.RegisteredAccount;
import io.restante.account.Registrar;
import io.restante.account.Verification;
import io.restante.account.VerificationSession;
import io.restante.limit.CounterName;
import io.restante.limit.RegistrationLimits;
import io.restante.limit.RegistrationLimits.Step;
import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.restante.protocol.Handle;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Registration by session (generation C) and by code (A, B): parse, call, encode. */
public final class RegistrationRoutes {
  private static final int HANDLE_CHARS_MAX = 64;
  private static final int SESSION_ID_CHARS_MAX = 128;
  private static final int TRANSPORT_CHARS_MAX = 16;
  private static final String SESSION_PATH = "/v1/verification/session";

  private final Verification verification;
  private final Registrar registrar;
  private final RegistrationLimits limits;

  /** The routes of one event loop. */
  public RegistrationRoutes(
      Verification verification, Registrar registrar, RegistrationLimits limits) {
    this.verification = verification;
    this.registrar = registrar;
    this.limits = limits;
  }

  /** All of them. */
  public List<Route> routes() {
    String one = SESSION_PATH + "/{id}";
    return List.of(
        new Route("POST", SESSION_PATH, Access.OPEN, this::openSession),
        new Route("GET", one, Access.OPEN, this::session),
        new Route("PATCH", one, Access.OPEN, this::changeSession),
        new Route("POST", one + "/code", Access.OPEN, this::requestCode),
        new Route("PUT", one + "/code", Access.OPEN, this::submitCode),
        new Route("POST", "/v1/registration", Access.HANDLE, this::register),
        new Route(
            "GET",
            "/v1/accounts/sms/code/{number}",
            Access.OPEN,
            call -> requestCode(call, Transport.SMS)),
        new Route(
            "GET",
            "/v1/accounts/voice/code/{number}",
            Access.OPEN,
            call -> requestCode(call, Transport.VOICE)),
        new Route("PUT", "/v1/accounts/code/{code}", Access.HANDLE, this::registerByCode));
  }

  private Future<Reply> openSession(Call call) {
    JsonFields body = JsonFields.parse(call.body());
    Handle handle = Handle.ofField("number", body.text("number", HANDLE_CHARS_MAX));
    limits.admit(Step.SESSION, call.remoteAddress());
    return verification.open(handle, origin(call)).map(RegistrationRoutes::encode);
  }

  private Future<Reply> session(Call call) {
    return verification.get(call.param(0), origin(call)).map(RegistrationRoutes::encode);
  }

  /** What a client may tell here is not asked for; it must be JSON all the same. */
  private Future<Reply> changeSession(Call call) {
    if (call.body().length() > 0) {
      JsonFields.parse(call.body());
    }
    return session(call);
  }

  private Future<Reply> requestCode(Call call) {
    JsonFields body = JsonFields.parse(call.body());
    Transport transport = transport(body.text("transport", TRANSPORT_CHARS_MAX));
    limits.admit(Step.CODE, call.remoteAddress());
    return verification.requestCode(call.param(0), transport).map(RegistrationRoutes::encode);
  }

  private static Transport transport(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "sms" -> Transport.SMS;
      case "voice" -> Transport.VOICE;
      default ->
          throw GatewayException.invalidField(
              "transport", name.length() + " characters", "sms or voice");
    };
  }

  private Future<Reply> submitCode(Call call) {
    String code = JsonFields.parse(call.body()).text("code", Verification.CODE_CHARS_MAX);
    limits.admit(Step.ATTEMPT, call.remoteAddress());
    return verification
        .submitCode(call.param(0), code, origin(call))
        .map(RegistrationRoutes::encode);
  }

  private Future<Reply> register(Call call) {
    BasicCredentials basic = call.handleCredentials();
    Handle handle = basic.handle();
    JsonFields body = JsonFields.parse(call.body());
    String session =
        body.optionalText("sessionId", SESSION_ID_CHARS_MAX)
            .orElseThrow(RegistrationRoutes::notVerified);
    // First who it is: what else is wrong with the body is told to whom the handle belongs.
    return verification
        .isVerified(session, handle)
        .compose(
            verified -> {
              if (!verified) {
                throw notVerified();
              }
              limits.admit(Step.ACCOUNT, call.remoteAddress());
              return registrar.register(handle, primary(basic.password(), body));
            })
        .map(RegistrationRoutes::encode);
  }

  private static NewDevice primary(String password, JsonFields body) {
    // Neither matters here: nothing is transferred, and all is done in one step or not at all.
    body.flag("skipDeviceTransfer", false);
    body.flag("requireAtomic", false);
    return NewDevice.withPassword(
        password,
        AccountFields.attributes(body.object("accountAttributes")),
        AccountFields.keys(body),
        AccountFields.pushTokens(body));
  }

  private Future<Reply> requestCode(Call call, Transport transport) {
    Handle handle = new Handle(call.param(0));
    // Clients tell the password at this step already, though nothing asks for it.
    String password =
        BasicCredentials.parse(call.headers().get("Authorization"))
            .filter(basic -> basic.name().equals(handle.text()))
            .map(BasicCredentials::password)
            .orElse(null);
    limits.admit(Step.CODE, call.remoteAddress());
    return verification.requestCode(handle, password, transport).map(sent -> Reply.ok());
  }

  private Future<Reply> registerByCode(Call call) {
    BasicCredentials basic = call.handleCredentials();
    Handle handle = basic.handle();
    AccountAttributes attributes = AccountFields.attributes(JsonFields.parse(call.body()));
    NewDevice primary = NewDevice.withPassword(basic.password(), attributes, null, PushTokens.NONE);
    limits.admit(Step.ATTEMPT, call.remoteAddress());
    return verification
        .submitCode(handle, basic.password(), call.param(0), origin(call))
        .compose(
            right ->
                right
                    ? registrar.register(handle, primary)
                    : Future.failedFuture(
                        new GatewayException(
                            ErrorCode.WRONG_CODE, "the code is wrong or no longer valid")))
        .map(RegistrationRoutes::encode);
  }

  private static String origin(Call call) {
    return CounterName.ofAddress(call.remoteAddress());
  }

  private static Reply encode(RegisteredAccount account) {
    return Reply.json(200, AccountRoutes.names(account).put("storageCapable", false));
  }

  private static Reply encode(VerificationSession session) {
    JsonObject json =
        new JsonObject()
            .put("id", session.id())
            .put("nextSms", secondsOrNull(session.nextSendSeconds()))
            .put("nextCall", secondsOrNull(session.nextSendSeconds()))
            .put("nextVerificationAttempt", secondsOrNull(session.nextAttemptSeconds()))
            .put("allowedToRequestCode", session.nextSendSeconds().isPresent())
            .put("requestedInformation", new JsonArray())
            .put("verified", session.verified());
    return Reply.json(200, json);
  }

  private static @Nullable Long secondsOrNull(OptionalLong seconds) {
    return seconds.isPresent() ? (Long) seconds.getAsLong() : null;
  }

  private static GatewayException notVerified() {
    return new GatewayException(
        ErrorCode.NOT_VERIFIED, "sessionId: missing or not of a verified session of this handle");
  }
}
