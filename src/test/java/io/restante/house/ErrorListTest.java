package io.restante.house;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.restante.protocol.ErrorCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Holds docs/errors.md against the codes that the program knows. */
final class ErrorListTest {
  @Test
  void everyCodeIsListedWithItsStatusAndTitleAndNoOther() throws Exception {
    List<String> listed =
        Files.readAllLines(Path.of("docs/errors.md")).stream()
            .filter(line -> line.startsWith("| `"))
            .toList();
    List<String> known =
        Arrays.stream(ErrorCode.values())
            .map(code -> "| `" + code.code() + "` | " + code.status() + " | " + code.title() + " |")
            .collect(Collectors.toList());
    assertEquals(known, listed);
  }
}
