package io.restante.bench.mail;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class MailReportTest {
  private static MailReading reading(int serverMicros, int storeMicros) {
    Histogram latency = new Histogram(3);
    latency.recordValue(2_000_000);
    return new MailReading(
        100, 1_000_000_000, serverMicros * 100_000L, storeMicros * 100_000L, latency);
  }

  @Test
  void everyWayHasItsRowItsRatioAndItsVerdict() {
    Map<String, List<MailReading>> ways = new LinkedHashMap<>();
    ways.put("gateway", List.of(reading(100, 60), reading(100, 60)));
    ways.put("floor, held client", List.of(reading(70, 30), reading(70, 30)));
    ways.put("mosquitto", List.of(reading(320, 0), reading(160, 0)));
    String text =
        new MailReport(
                "Somewhere.",
                new MailPlan(),
                1_000,
                List.of("NATS"),
                ways,
                ways,
                CommandStats.parse(
                    """
                    # Commandstats
                    cmdstat_xadd:calls=100,usec=300,usec_per_call=3.00
                    cmdstat_evalsha:calls=250,usec=5000,usec_per_call=20.00
                    """,
                    100),
                List.of(new Backlog.Drain(100, 10_000_000, 4_000_000, 2_000_000)))
            .text();
    for (String line :
        List.of(
            "Not installed, and therefore not measured: NATS.\n",
            "| gateway | 100 | 2.00 ms | 2.00 ms | 2.00 ms | 100.0 µs | 60.0 µs | 6250 |\n",
            "- gateway to floor, held client: CPU per letter 1.60 (rounds: 1.60, 1.60), servers'"
                + " 1.43, Redis' 2.00, throughput 1.00. Target, 1.5 at most: missed.\n",
            "- gateway to mosquitto: CPU per letter 0.67 (rounds: 0.50, 1.00), throughput 1.00."
                + " Target, less than 1: met.\n",
            "model: `EVALSHA` 2.50 times 20.0 µs, `XADD` 1.00 times 3.0 µs. The time of\n",
            "gets and acks 10000 a second")) {
      assertTrue(text.contains(line), () -> line + " is not in\n" + text);
    }
  }
}
