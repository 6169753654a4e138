package io.restante.edge;

import io.vertx.core.Future;

/** Says which address could not be listened on: the system's own message names none. */
final class ListenFailure {
  private ListenFailure() {}

  /** A failed future with one line for the operator. */
  static <T> Future<T> of(String keys, String host, int port, Throwable cause) {
    String line =
        "cannot listen on " + host + ':' + port + " (" + keys + "): " + cause.getMessage();
    return Future.failedFuture(new IllegalStateException(line, cause));
  }
}
