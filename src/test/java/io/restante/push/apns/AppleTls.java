package io.restante.push.apns;

import io.restante.testing.TlsFiles;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Certificates of servers and clients, made once in a run: each takes the JDK's keytool a second.
 */
final class AppleTls {
  /** A server's. */
  static final TlsFiles SERVER = server();

  /** A client's for our topic, named as Apple does it. */
  static final TlsFiles CLIENT = client("client", "UID=" + MockApple.TOPIC);

  /** A client's for another topic. */
  static final TlsFiles OTHER_CLIENT = client("other", "UID=" + MockApple.OTHER_TOPIC);

  private AppleTls() {}

  private static TlsFiles server() {
    try {
      Path folder = Files.createTempDirectory("apple");
      folder.toFile().deleteOnExit();
      TlsFiles made = TlsFiles.make(folder);
      deleteOnExit(folder);
      return made;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static TlsFiles client(String name, String subject) {
    TlsFiles made = SERVER.client(name, subject);
    deleteOnExit(Objects.requireNonNull(made.ca().getParent()));
    return made;
  }

  private static void deleteOnExit(Path folder) {
    for (File file : Objects.requireNonNull(folder.toFile().listFiles())) {
      file.deleteOnExit();
    }
  }
}
