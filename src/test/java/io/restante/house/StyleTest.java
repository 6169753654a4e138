package io.restante.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds every source file and script against the house rules. */
class StyleTest {
  private static final Path MAIN = Path.of("src/main/java");
  private static final Path TESTS = Path.of("src/test/java");
  private static final Path CLIENTS = Path.of("src/test/clients");
  private static final Path SCRIPTS = Path.of("src/main/resources/lua");

  @Test
  void everySourceFileAndScriptKeepsTheHouseRules() {
    List<Finding> findings = findings();
    assertEquals(List.of(), StyleExceptions.remaining(StyleExceptions.ALL, findings));
    assertEquals(List.of(), StyleExceptions.needless(StyleExceptions.ALL, findings));
  }

  private static List<Finding> findings() {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.putAll(Sources.read(MAIN, ".java"));
    texts.putAll(Sources.read(TESTS, ".java"));
    texts.putAll(Sources.read(CLIENTS, ".java"));
    List<JavaSource> main = JavaSource.readAll(MAIN);
    List<JavaSource> tests = JavaSource.readAll(TESTS);
    assertFalse(main.isEmpty() || tests.isEmpty(), "no sources were read");
    List<JavaSource> clients = JavaSource.readAll(CLIENTS);
    List<Finding> findings = new ArrayList<>();
    Stream.of(main, tests, clients)
        .flatMap(List::stream)
        .forEach(source -> findings.addAll(StyleRules.shapes(source)));
    Stream.concat(tests.stream(), clients.stream())
        .forEach(source -> findings.addAll(StyleRules.sleeps(source)));
    for (Map.Entry<String, String> script : Sources.read(SCRIPTS, "").entrySet()) {
      String place = SCRIPTS.relativize(Path.of(script.getKey())).toString();
      findings.addAll(ScriptRules.check(place, script.getValue(), main, tests));
      texts.put(script.getKey(), script.getValue());
    }
    texts.forEach((path, text) -> findings.addAll(StyleRules.sizes(path, text)));
    return findings;
  }
}
