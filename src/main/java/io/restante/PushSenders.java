package io.restante;

import io.restante.push.Provider;
import io.restante.push.PushSender;
import io.restante.push.apns.Apns;
import io.restante.push.fcm.FcmSenders;
import io.restante.push.webhook.WebhookSender;
import io.restante.push.webpush.WebPush;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** The senders of the providers that are configured. */
final class PushSenders {
  private PushSenders() {}

  /** Whether there is any. */
  static boolean areConfigured(GatewayConfig config) {
    return config.apns().isPresent()
        || config.fcm().isPresent()
        || config.webPush().isPresent()
        || config.pushWebhook().isPresent();
  }

  /**
   * Makes them for the current event loop. Fails with an {@link IllegalArgumentException} that
   * names setting and file, where one cannot be used.
   */
  static Future<Map<Provider, PushSender>> open(
      Vertx vertx, GatewayConfig config, Optional<WebPush> webPush) {
    Future<Optional<PushSender>> apns =
        config
            .apns()
            .map(found -> Apns.open(vertx, found).map(Apns::sender).map(Optional::of))
            .orElse(Future.succeededFuture(Optional.empty()));
    return vertx
        .executeBlocking(() -> others(vertx, config))
        .compose(
            senders ->
                apns.map(
                    sender -> {
                      sender.ifPresent(found -> senders.put(Provider.APNS, found));
                      webPush.ifPresent(web -> senders.put(Provider.WEB_PUSH, web.sender(vertx)));
                      return senders;
                    }));
  }

  /** Reads files. */
  private static Map<Provider, PushSender> others(Vertx vertx, GatewayConfig config) {
    Map<Provider, PushSender> senders = new EnumMap<>(Provider.class);
    config.fcm().ifPresent(fcm -> senders.put(Provider.FCM, FcmSenders.open(vertx, fcm).sender()));
    config
        .pushWebhook()
        .ifPresent(webhook -> senders.put(Provider.WEBHOOK, WebhookSender.open(vertx, webhook)));
    return senders;
  }
}
