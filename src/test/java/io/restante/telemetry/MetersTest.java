package io.restante.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.Counter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.HashSet;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class MetersTest {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  @Test
  void everyMetricIsScrapedUnderItsNameWithHelpAndTags() {
    for (Metric metric : Metric.values()) {
      String[] values = metric.tagNames().stream().map(name -> "some").toArray(String[]::new);
      if (metric.unit() == Metric.Unit.SECONDS) {
        Meters.timer(registry, metric, values).record(Duration.ofMillis(3));
      } else if (metric.unit() == Metric.Unit.DAYS) {
        Meters.distribution(registry, metric, new double[] {1, 2}, values).record(1);
      } else {
        Meters.counter(registry, metric, values).increment();
      }
    }
    String scraped = registry.scrape();
    for (Metric metric : Metric.values()) {
      String suffix =
          switch (metric.unit()) {
            case SECONDS -> "_seconds";
            case DAYS -> "_days";
            case COUNT -> "_total";
          };
      String name = metric.meterName().replace('.', '_') + suffix;
      assertTrue(scraped.contains("# HELP " + name + " " + metric.help()), name + "\n" + scraped);
      for (String tag : metric.tagNames()) {
        assertTrue(scraped.contains(tag + "=\"some\""), tag);
      }
    }
  }

  @Test
  void aTimerHasHistogramBucketsInSeconds() {
    Meters.timer(registry, Metric.REQUESTS, "/v2/keys", "2xx").record(Duration.ofMillis(3));
    String scraped = registry.scrape();
    String bucket = "restante_request_seconds_bucket{route=\"/v2/keys\",status=\"2xx\",le=\"";
    assertTrue(scraped.contains(bucket + "0.0025\"} 0"), scraped);
    assertTrue(scraped.contains(bucket + "0.005\"} 1"), scraped);
  }

  @Test
  void aGaugeAsksWhenItIsScraped() {
    int[] open = {0};
    Meters.gauge(registry, Metric.SOCKETS_OPEN, () -> open[0], "device");
    open[0] = 7;
    assertTrue(registry.scrape().contains("restante_sockets_open{kind=\"device\"} 7.0"));
  }

  @Test
  void theSameTagsGiveTheSameHandle() {
    Counter first = Meters.counter(registry, Metric.CLAIMS, "ec", "one_time");
    assertSame(first, Meters.counter(registry, Metric.CLAIMS, "ec", "one_time"));
  }

  @Test
  void tagsOrUnitThatDoNotFitAreRefused() {
    IllegalArgumentException tags =
        assertThrows(
            IllegalArgumentException.class, () -> Meters.counter(registry, Metric.CLAIMS, "ec"));
    assertEquals(
        "CLAIMS: 1 tag values (expected: one for each of [pool, outcome])", tags.getMessage());
    assertThrows(
        IllegalArgumentException.class, () -> Meters.counter(registry, Metric.EVENT_LOOP_LAG));
    assertThrows(IllegalArgumentException.class, () -> Meters.timer(registry, Metric.ACKS));
  }

  @Test
  void namesDifferAndAreLowerCaseWords() {
    HashSet<String> names = new HashSet<>();
    for (Metric metric : Metric.values()) {
      assertTrue(names.add(metric.meterName()), metric.meterName());
      assertTrue(metric.meterName().matches("restante(\\.[a-z]+)+"), metric.meterName());
      assertEquals(
          metric.help().substring(0, 1).toUpperCase(Locale.ROOT), metric.help().substring(0, 1));
    }
  }
}
