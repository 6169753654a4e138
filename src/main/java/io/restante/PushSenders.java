package io.restante;

import io.restante.push.Provider;
import io.restante.push.PushSender;
import io.vertx.core.Vertx;
import java.util.Map;

/** The senders of the providers that are configured. */
final class PushSenders {
  private PushSenders() {}

  /** Whether there is any. */
  static boolean areConfigured(GatewayConfig config) {
    return false;
  }

  /** Made for the current event loop. */
  static Map<Provider, PushSender> of(Vertx vertx, GatewayConfig config) {
    return Map.of();
  }
}
