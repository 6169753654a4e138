package io.restante.edge;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The certificate and the key of the public server: says which file is not what it is to be. */
final class PemPair {
  private static final String CERTIFICATE = "-----BEGIN CERTIFICATE-----";
  private static final String KEY = " PRIVATE KEY-----";
  private static final String PLAIN_KEY = "-----BEGIN PRIVATE KEY-----";

  private PemPair() {}

  /** What is wrong, in one line with setting and file; empty where nothing is seen. */
  static Optional<String> fault(String certPath, String keyPath) {
    return fault("http.tls.cert", certPath, "certificate", CERTIFICATE)
        .or(() -> fault("http.tls.key", keyPath, "private key", KEY));
  }

  private static Optional<String> fault(String setting, String path, String what, String mark) {
    try {
      // Not as UTF-8: anything may be in it.
      String text = Files.readString(Path.of(path), StandardCharsets.ISO_8859_1);
      return text.contains(mark)
          ? Optional.empty()
          : Optional.of(
              setting + ": " + path + " holds no " + what + other(text) + " (expected: PEM)");
    } catch (IOException e) {
      return Optional.of(setting + ": " + path + " cannot be read: " + e.getMessage());
    }
  }

  private static String other(String text) {
    if (text.contains(CERTIFICATE)) {
      return ", but a certificate";
    }
    return text.contains(KEY) || text.contains(PLAIN_KEY) ? ", but a private key" : "";
  }
}
