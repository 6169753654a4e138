package io.restante;

import io.vertx.core.Future;

/** A gateway that serves. */
public interface Serving {
  /** Where the public server listens: scheme, address and real port, such as in a ready line. */
  String publicUrl();

  /** Where the management server listens. */
  String managementUrl();

  /**
   * Stops: readiness off, sockets closed, requests in flight finished, Redis let go. Takes {@code
   * http.drain-ms} and a little at most.
   */
  Future<Void> stop();
}
