package io.restante.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/** Reads the project's own files. */
final class Sources {
  private Sources() {}

  /** Path to text of every file below a folder with this ending, in order; none without folder. */
  static Map<String, String> read(Path root, String ending) {
    if (!Files.exists(root)) {
      return Map.of();
    }
    Map<String, String> files = new LinkedHashMap<>();
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : paths.filter(Files::isRegularFile).sorted().toList()) {
        if (path.toString().endsWith(ending)) {
          files.put(path.toString(), Files.readString(path));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }
}
