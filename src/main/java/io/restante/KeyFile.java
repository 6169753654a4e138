package io.restante;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/** Files of secrets: only their owner reads them, and none is ever written over. */
final class KeyFile {
  private KeyFile() {}

  /**
   * Makes a file.
   *
   * @throws java.nio.file.FileAlreadyExistsException where there is one, which stays as it is
   */
  static void write(Path file, String text) throws IOException {
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.write(file, text.getBytes(StandardCharsets.UTF_8), StandardOpenOption.WRITE);
  }
}
