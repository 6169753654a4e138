package io.restante.edge;

import io.vertx.core.Future;
import java.io.IOException;

/** Says which address could not be listened on: the system's own message names none. */
final class ListenFailure {
  private ListenFailure() {}

  /** A failed future with one line for the operator. */
  static <T> Future<T> of(String keys, String host, int port, Throwable cause) {
    String line =
        "cannot listen on " + host + ':' + port + " (" + keys + "): " + cause.getMessage();
    return Future.failedFuture(new IllegalStateException(line, cause));
  }

  /** The same of the public server, whose certificate or key may be what is wrong. */
  static <T> Future<T> of(HttpConfig config, Throwable cause) {
    String certPath = config.tlsCertPath();
    String keyPath = config.tlsKeyPath();
    if (certPath == null || keyPath == null || cause instanceof IOException) {
      return of("http", config.host(), config.port(), cause);
    }
    String pair = "http.tls.cert: " + certPath + ", http.tls.key: " + keyPath;
    String line =
        PemPair.fault(certPath, keyPath)
            .orElseGet(() -> pair + " cannot be used: " + cause.getMessage());
    return Future.failedFuture(new IllegalStateException(line, cause));
  }
}
