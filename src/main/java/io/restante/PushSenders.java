package io.restante;

import io.restante.push.Provider;
import io.restante.push.PushSender;
import io.restante.push.fcm.FcmSenders;
import io.restante.push.webhook.WebhookSender;
import io.vertx.core.Vertx;
import java.util.EnumMap;
import java.util.Map;

/** The senders of the providers that are configured. */
final class PushSenders {
  private PushSenders() {}

  /** Whether there is any. */
  static boolean areConfigured(GatewayConfig config) {
    return config.fcm().isPresent() || config.pushWebhook().isPresent();
  }

  /**
   * Made for one event loop. Reads files, so not on it.
   *
   * @throws IllegalArgumentException that names setting and file, where one cannot be used
   */
  static Map<Provider, PushSender> of(Vertx vertx, GatewayConfig config) {
    Map<Provider, PushSender> senders = new EnumMap<>(Provider.class);
    config.fcm().ifPresent(fcm -> senders.put(Provider.FCM, FcmSenders.open(vertx, fcm).sender()));
    config
        .pushWebhook()
        .ifPresent(webhook -> senders.put(Provider.WEBHOOK, WebhookSender.open(vertx, webhook)));
    return senders;
  }
}
