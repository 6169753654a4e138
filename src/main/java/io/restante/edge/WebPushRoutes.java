package io.restante.edge;

import io.restante.account.AccountStore;
import io.restante.account.PushTokens;
import io.restante.push.webpush.WebPush;
import io.restante.push.webpush.WebPushConfig;
import io.restante.push.webpush.WebPushSubscription;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** A device's subscription to Web Push; there are none where the gateway has no key for it. */
public final class WebPushRoutes {
  private static final String SUBSCRIPTION = "/v1/accounts/webpush";

  private final AccountStore accounts;
  private final WebPush webPush;

  /** The routes of one event loop. */
  public WebPushRoutes(AccountStore accounts, WebPush webPush) {
    this.accounts = accounts;
    this.webPush = webPush;
  }

  /** All of them. */
  public List<Route> routes() {
    return List.of(
        new Route("GET", "/v1/push/vapid", Access.OPEN, this::key),
        new Route("PUT", SUBSCRIPTION, Access.DEVICE, this::subscribe),
        new Route("DELETE", SUBSCRIPTION, Access.DEVICE, this::unsubscribe));
  }

  private Future<Reply> key(Call call) {
    return Future.succeededFuture(
        Reply.json(200, new JsonObject().put("publicKey", webPush.publicKey())));
  }

  private Future<Reply> subscribe(Call call) {
    JsonFields json = JsonFields.parse(call.body());
    JsonFields keys = json.object("keys");
    WebPushSubscription subscription =
        WebPushSubscription.of(
            json.text("endpoint", WebPushConfig.ENDPOINT_CHARS_MAX),
            keys.text("p256dh", WebPushSubscription.KEY_CHARS_MAX),
            keys.text("auth", WebPushSubscription.KEY_CHARS_MAX),
            webPush.rules());
    return put(call, new PushTokens(null, null, subscription.text()));
  }

  private Future<Reply> unsubscribe(Call call) {
    return put(call, PushTokens.NONE);
  }

  private Future<Reply> put(Call call, PushTokens tokens) {
    return accounts.putPushTokens(call.device().address(), tokens).map(done -> Reply.noContent());
  }
}
