package io.restante;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Configurations of a file in a folder, the environment and {@code --set}. */
record ConfigFolder(Path folder) {
  void assertErrors(
      List<String> lines, String yaml, Map<String, String> environment, String... sets) {
    ConfigException e = assertThrows(ConfigException.class, () -> load(yaml, environment, sets));
    String file = folder.resolve("gateway.yaml").toString();
    assertEquals(
        lines, e.errors().stream().map(error -> error.line().replace(file, "FILE")).toList());
    assertFalse(String.valueOf(e.getMessage()).contains("hunter2"), "a secret is printed");
  }

  GatewayConfig load(String yaml, Map<String, String> environment, String... sets) {
    try {
      Path file = Files.writeString(folder.resolve("gateway.yaml"), yaml);
      return ConfigLoader.load(file, environment, List.of(sets));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
