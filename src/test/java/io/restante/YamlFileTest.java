package io.restante;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class YamlFileTest {
  private final List<ConfigError> errors = new ArrayList<>();

  @Test
  void nestedAndDottedFormsGiveTheSame() {
    assertEquals(
        List.of(
            "http.port=1 at file f line 2",
            "http.tls.cert=a at file f line 3",
            "redis.data-dir=./x at file f line 4"),
        read("http:\n  port: 1\n  tls.cert: a\nredis.data-dir: ./x\n"));
    assertEquals(List.of("http.tls.key=b at file f line 3"), read("http:\n  tls:\n    key: b\n"));
    assertEquals(List.of(), errors);
  }

  @Test
  void valuesStayTheTextThatWasWritten() {
    assertEquals(
        List.of(
            "http.port=0x10 at file f line 1",
            "http.host=on at file f line 2",
            "log.level= at file f line 3",
            "http.trusted-proxies=10.0.0.1,::1 at file f line 4"),
        read(
            "http.port: 0x10\nhttp.host: on\nlog.level: ~\n"
                + "http.trusted-proxies: [10.0.0.1, '::1']"));
    assertEquals(List.of(), errors);
  }

  @Test
  void anEmptyFileOrGroupGivesNothing() {
    assertEquals(List.of(), read(""));
    assertEquals(List.of(), read("# nothing\n"));
    assertEquals(List.of(), read("http:\nredis:\n"));
    assertEquals(List.of(), errors);
  }

  @Test
  void aKeyGivenTwiceInEitherFormIsRefused() {
    read("http.port: 1\nhttp:\n  port: 2\n  host: a\n  host: b\n");
    assertErrors(
        "http.port: given twice, from file f line 1 and from file f line 3",
        "http.host: given twice, from file f line 4 and from file f line 5");
  }

  @Test
  void unknownKeysAreNamedWithTheirGroup() {
    read("http:\n  prot: 1\n  port:\n    x: 1\nother: {a: 1}\n<<: {b: 1}\n");
    assertErrors(
        "http.prot: unknown key, from file f line 2",
        "http.port: a group of values from file f line 4 (expected: one value)",
        "other: unknown key, from file f line 5",
        "<<: unknown key, from file f line 6");
  }

  @Test
  void aValueInThePlaceOfAGroupIsRefused() {
    read("http: 80");
    read("just text");
    read("- http.port: 1");
    read("? [a]\n: 1");
    assertErrors(
        "http: a value from file f line 1 (expected: settings below it)",
        "f: a value from file f line 1 (expected: settings below it)",
        "f: a value from file f line 1 (expected: settings below it)",
        "?: a key that is no text, from file f line 1");
  }

  @Test
  void brokenYamlIsRefusedWithItsPlaceAndWithoutItsText() {
    read("management.token: hunter2: hunter2");
    read("management.token: 'hunter2");
    read("management.token: !!java.net.URL [hunter2]\n--- \nhttp.port: 1");
    assertEquals(3, errors.size());
    for (ConfigError error : errors) {
      assertTrue(error.line().startsWith("f: not YAML"), error.line());
      assertTrue(error.line().contains("line"), error.line());
      assertFalse(error.line().contains("hunter2"), error.line());
    }
  }

  @Test
  void aliasesOfThemselvesAndBombsEnd() {
    read("http: &a\n  tls: *a\n  port: *a\n");
    read("a: &a [x, x]\nb: &b [*a, *a]\nhttp.trusted-proxies: [*b, *b]\n");
    assertFalse(errors.isEmpty());
  }

  @Test
  void aFileThatIsNoTextIsRefused(@TempDir Path folder) throws Exception {
    Path file = Files.write(folder.resolve("f"), new byte[] {(byte) 0xff, 0, 1});
    assertEquals(List.of(), YamlFile.read(file, errors));
    assertEquals(List.of(), YamlFile.read(folder, errors));
    assertErrors(
        "--config: '" + file + "': not a readable text file",
        "--config: '" + folder + "': not a readable text file");
  }

  private List<String> read(String text) {
    return YamlFile.read("f", text, errors).stream()
        .map(given -> given.key() + "=" + given.text() + " at " + given.origin())
        .toList();
  }

  private void assertErrors(String... lines) {
    assertEquals(List.of(lines), errors.stream().map(ConfigError::line).toList());
  }
}
