package io.restante;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class SettingTest {
  private static final Pattern NUMBERS = Pattern.compile("a number from (\\d+) to (\\d+)");

  @Test
  void environmentNamesAreTheKeysInCapitals() {
    assertEquals("RESTANTE_HTTP_PORT", Setting.HTTP_PORT.environmentName());
    assertEquals("RESTANTE_REDIS_DATA_DIR", Setting.REDIS_DATA_DIR.environmentName());
    assertEquals("RESTANTE_HTTP_TLS_CERT", Setting.HTTP_TLS_CERT.environmentName());
  }

  @Test
  void keysAreLowerCaseWordsAndNoKeyIsAGroupOfOthers() {
    for (Setting setting : Setting.values()) {
      assertTrue(setting.key().matches("[a-z]+(-[a-z]+)*(\\.[a-z]+(-[a-z]+)*)+"), setting.key());
      assertFalse(Setting.isGroup(setting.key()), setting.key());
    }
  }

  @Test
  void everySettingTakesItsOwnDefault() {
    for (Setting setting : Setting.values()) {
      assertTrue(setting.kind().parse().apply(setting.defaultText()).isPresent(), setting.key());
    }
  }

  @Test
  void theRecordsTakeEveryNumberThatTheTableTakes() {
    for (Setting setting : Setting.values()) {
      Matcher range = NUMBERS.matcher(setting.kind().expected());
      if (range.matches()) {
        assertNoRecordRefuses(setting, range.group(1));
        assertNoRecordRefuses(setting, range.group(2));
        assertRefused(setting, String.valueOf(Long.parseLong(range.group(1)) - 1));
        assertRefused(setting, String.valueOf(Long.parseLong(range.group(2)) + 1));
      }
    }
  }

  @Test
  void theReferenceFileIsTheDefaults() throws Exception {
    Path file = Path.of("conf/restante.yaml");
    assertEquals(
        ReferenceFile.yaml(),
        Files.readString(file),
        "renew it by: java -jar target/restante.jar config defaults > conf/restante.yaml");
    assertEquals(
        ConfigLoader.load(null, Map.of(), List.of()), ConfigLoader.load(file, Map.of(), List.of()));
  }

  @Test
  void theReferenceFileNamesEverySettingOnceWithinItsColumns() {
    List<ConfigError> errors = new ArrayList<>();
    List<String> keys =
        YamlFile.read("reference", ReferenceFile.yaml(), errors).stream().map(Given::key).toList();
    assertEquals(List.of(), errors);
    assertEquals(Arrays.stream(Setting.values()).map(Setting::key).toList(), keys);
    ReferenceFile.yaml().lines().forEach(line -> assertTrue(line.length() <= 100, line));
  }

  private static void assertNoRecordRefuses(Setting setting, String number) {
    try {
      ConfigLoader.load(null, Map.of(), List.of(setting.key() + "=" + number));
    } catch (ConfigException e) {
      // A cross check may object, a record must not.
      assertFalse(e.errors().stream().anyMatch(error -> error.key().equals("configuration")));
    }
  }

  private static void assertRefused(Setting setting, String number) {
    List<String> sets = List.of(setting.key() + "=" + number);
    ConfigException e =
        assertThrows(ConfigException.class, () -> ConfigLoader.load(null, Map.of(), sets));
    assertEquals(setting.key(), e.errors().get(0).key());
  }
}
