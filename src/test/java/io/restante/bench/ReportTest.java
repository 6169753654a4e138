package io.restante.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class ReportTest {
  private static Reading reading(int serverMicros, int redisMicros) {
    Histogram latency = new Histogram(3);
    latency.recordValue(2_000_000);
    return new Reading(
        100, 0, 290_000, 1_000_000_000, serverMicros * 100_000L, redisMicros * 100_000L, latency);
  }

  private static String report(Reading gateway, Reading held, Reading stock) {
    Map<String, List<Reading>> sides = new LinkedHashMap<>();
    sides.put("gateway", List.of(gateway));
    sides.put("floor, held client", List.of(held));
    sides.put("floor, stock client", List.of(stock));
    return new Report("Somewhere.", new BenchPlan(), 2_900, sides, sides).text();
  }

  @Test
  void eachServerHasARowInEachModel() {
    String report = report(reading(40, 12), reading(30, 10), reading(50, 20));
    String row = "| gateway | 100 | 2.00 ms | 2.00 ms | 2.00 ms | 40.0 µs | 12.0 µs |\n";
    assertEquals(3, report.split(java.util.regex.Pattern.quote(row), -1).length, report);
  }

  @Test
  void thereAreRatiosToEachFloor() {
    String report = report(reading(40, 12), reading(30, 10), reading(50, 20));
    assertTrue(
        report.contains(
            "- Gateway to floor, held client: throughput 1.00, CPU per claim 1.33 (rounds: 1.33),"
                + " Redis' CPU 1.20.\n"
                + "- Gateway to floor, stock client: throughput 1.00, CPU per claim 0.80"
                + " (rounds: 0.80), Redis' CPU 0.60.\n"),
        report);
  }

  @Test
  void aPageKeepsAllButItsGeneratedPart() {
    assertEquals(
        "a\n<!-- growth -->\nnew\n<!-- /growth -->\nb\n",
        Section.GROWTH.replacedIn("a\n<!-- growth -->\nold\n<!-- /growth -->\nb\n", "new\n"));
  }
}
