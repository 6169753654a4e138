package io.restante;

import io.vertx.core.Future;

/** Puts the parts of a gateway together and starts them. */
public final class Gateway {
  private Gateway() {}

  /**
   * Starts all parts. Fails, with a message of one line for the operator, where one cannot start;
   * what had started by then is stopped.
   */
  public static Future<Serving> start(GatewayConfig config) {
    return Future.failedFuture(
        "the servers are not wired yet (public port " + config.http().port() + ")");
  }
}
