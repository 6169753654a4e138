package io.restante.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.restante.ProgramFacts;
import io.restante.protocol.Identity;
import io.restante.redis.AccountKeys;
import io.restante.telemetry.Meters;
import io.restante.telemetry.Metric;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What {@code docs/operations.md} says of settings, metrics and probes is so. */
final class OperationsTest {
  private static final String TEXT = Layer.text(Path.of("docs/operations.md"));
  private static final String METRICS_SOURCE =
      Layer.text(Path.of("src/main/java/io/restante/telemetry/Metric.java"));
  private static final Pattern METRICS =
      Pattern.compile("<!-- metrics -->\n(.*)<!-- /metrics -->", Pattern.DOTALL);
  private static final Pattern METRIC_NAME = Pattern.compile("`(restante_[a-z_]+)`");
  private static final Pattern SETTING_ROW =
      Pattern.compile("\\| `([a-z-]+\\.[a-z.-]+)` \\| (?:`(.*)`)? ?\\|.*");
  private static final Pattern SETTING = Pattern.compile("`([a-z-]+(?:\\.[a-z-]+)+)(?:=[a-z]+)?`");

  private enum Kind {
    COUNTER,
    GAUGE,
    TIMER,
    DISTRIBUTION
  }

  /** The kind of a metric and the values of its tags: what its Javadoc says. */
  private static MatchResult javadoc(Metric metric) {
    Matcher found =
        Pattern.compile(
                "/\\*\\* (Counter|Gauge|Timer|Distribution)\\.([^/]*) \\*/\n  " + metric + "\\(")
            .matcher(METRICS_SOURCE);
    assertTrue(found.find(), () -> metric + ": its Javadoc begins with no kind");
    return found.toMatchResult();
  }

  /** The name that Prometheus shows, asked of the registry that makes it. */
  private static String name(Metric metric, Kind kind) {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    String[] tags = metric.tagNames().toArray(String[]::new);
    switch (kind) {
      case COUNTER -> Meters.counter(registry, metric, tags);
      case GAUGE -> Meters.gauge(registry, metric, () -> 0, tags);
      case TIMER -> Meters.timer(registry, metric, tags);
      case DISTRIBUTION -> Meters.distribution(registry, metric, new double[] {1}, tags);
    }
    String scraped = registry.scrape();
    Matcher found = Pattern.compile("# HELP (restante_\\w+) ").matcher(scraped);
    assertTrue(found.find(), scraped);
    return found.group(1);
  }

  private static String row(Metric metric) {
    MatchResult javadoc = javadoc(metric);
    Kind kind = Kind.valueOf(javadoc.group(1).toUpperCase(Locale.ROOT));
    String tags =
        metric.tagNames().stream().map(tag -> '`' + tag + '`').collect(Collectors.joining(", "));
    String tagValues = javadoc.group(2).replaceAll("\\s*\\*?\\s+", " ");
    return "| `%s` | %s | %s | %s |\n"
        .formatted(
            name(metric, kind),
            kind.name().toLowerCase(Locale.ROOT),
            tags,
            (metric.help() + tagValues.replaceAll("\\{@code ([^}]*)\\}", "`$1`")).strip());
  }

  @Test
  void theTableOfMetricsIsThatOfTheProgram() {
    String table =
        "| metric | kind | tags | what it tells |\n|---|---|---|---|\n"
            + Arrays.stream(Metric.values()).map(OperationsTest::row).collect(Collectors.joining());
    Matcher written = METRICS.matcher(TEXT);
    assertTrue(written.find());
    assertEquals(table, written.group(1), "copy the expected table into docs/operations.md");
  }

  @Test
  void everyMetricThatIsNamedExists() {
    Set<String> known =
        Arrays.stream(Metric.values())
            .map(metric -> METRIC_NAME.matcher(row(metric)).results().findFirst().orElseThrow())
            .map(found -> found.group(1))
            .collect(Collectors.toSet());
    Set<String> named =
        METRIC_NAME
            .matcher(TEXT)
            .results()
            .map(found -> found.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    named.removeAll(known);
    assertEquals(Set.of(), named);
  }

  @Test
  void everySettingThatIsNamedExists() {
    Set<String> groups =
        ProgramFacts.settings().stream()
            .map(key -> key.substring(0, key.indexOf('.')))
            .collect(Collectors.toSet());
    List<String> unknown =
        SETTING
            .matcher(TEXT)
            .results()
            .map(found -> found.group(1))
            .filter(key -> groups.contains(key.substring(0, key.indexOf('.'))))
            .filter(key -> !ProgramFacts.settings().contains(key))
            .toList();
    assertEquals(List.of(), unknown);
  }

  @Test
  void defaultsAreTheProgramsOwn() {
    List<MatchResult> rows = SETTING_ROW.matcher(TEXT).results().toList();
    assertTrue(rows.size() >= 11, rows::toString);
    for (MatchResult row : rows) {
      String written = row.group(2) == null ? "" : row.group(2);
      assertEquals(ProgramFacts.defaultOf(row.group(1)), written, row.group(1));
    }
  }

  @Test
  void theTimesOfTheEndAreTheProgramsOwn() {
    assertTrue(TEXT.contains("still hangs " + ProgramFacts.stopSecondsMax() + " s after"));
    assertTrue(TEXT.contains("within " + ProgramFacts.startSecondsMax() + " s with exit code 1"));
  }

  @Test
  void thePatternOfPoolsFindsAllOfThemAndNothingElse() {
    assertTrue(TEXT.contains("--pattern '*:pool:*'"));
    assertTrue(TEXT.contains("--pattern '*:reserve:*'"));
    AccountKeys keys = AccountKeys.of(UUID.randomUUID());
    assertTrue(keys.pool(Identity.ACI, "ec", 1).contains(":pool:"));
    assertTrue(keys.pool(Identity.PNI, "kem", 2).contains(":pool:"));
    Stream.concat(AccountKeys.ofDevice().stream(), AccountKeys.outlivingDevice().stream())
        .filter(name -> !name.startsWith("pool:") && !name.startsWith("reserve:"))
        .forEach(name -> assertFalse((":" + name).matches(".*:(pool|reserve):.*"), name));
  }
}
