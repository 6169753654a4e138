package io.restante.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Makes the handles of {@link Metric}s. A handle is made once and kept: making one looks it up in
 * the registry, which has no place on a hot path.
 *
 * <p>All throw {@link IllegalArgumentException} where tag values or unit do not fit the metric.
 */
public final class Meters {
  /** Upper bounds of a timer's histogram: 100 µs to 10 s. */
  private static final Duration[] BUCKETS = {
    Duration.ofNanos(100_000),
    Duration.ofNanos(250_000),
    Duration.ofNanos(500_000),
    Duration.ofMillis(1),
    Duration.ofNanos(2_500_000),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofMillis(2_500),
    Duration.ofSeconds(10)
  };

  private Meters() {}

  /** A counter with these tag values, in the order of the metric's tag names. */
  public static Counter counter(MeterRegistry registry, Metric metric, String... tagValues) {
    return Counter.builder(metric.meterName())
        .description(metric.help())
        .tags(tags(metric, Metric.Unit.COUNT, tagValues))
        .register(registry);
  }

  /** A timer with a histogram, so that percentiles can be computed over all gateways. */
  public static Timer timer(MeterRegistry registry, Metric metric, String... tagValues) {
    return Timer.builder(metric.meterName())
        .description(metric.help())
        .tags(tags(metric, Metric.Unit.SECONDS, tagValues))
        .serviceLevelObjectives(BUCKETS)
        .register(registry);
  }

  /** A distribution of numbers, as a histogram with these upper bounds. */
  public static DistributionSummary distribution(
      MeterRegistry registry, Metric metric, double[] bounds, String... tagValues) {
    return DistributionSummary.builder(metric.meterName())
        .description(metric.help())
        .baseUnit(metric.unit() == Metric.Unit.DAYS ? "days" : null)
        .tags(tags(metric, metric.unit(), tagValues))
        .serviceLevelObjectives(bounds)
        .register(registry);
  }

  /** A gauge that asks for its value when it is read, from any thread. */
  public static Gauge gauge(
      MeterRegistry registry, Metric metric, Supplier<Number> value, String... tagValues) {
    return Gauge.builder(metric.meterName(), value)
        .description(metric.help())
        .tags(tags(metric, Metric.Unit.COUNT, tagValues))
        .register(registry);
  }

  private static List<Tag> tags(Metric metric, Metric.Unit unit, String... values) {
    if (metric.unit() != unit) {
      throw new IllegalArgumentException(
          metric + ": counts " + metric.unit() + " (expected: " + unit + ")");
    }
    List<String> names = metric.tagNames();
    if (names.size() != values.length) {
      throw new IllegalArgumentException(
          metric + ": " + values.length + " tag values (expected: one for each of " + names + ")");
    }
    List<Tag> tags = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      tags.add(Tag.of(names.get(i), values[i]));
    }
    return tags;
  }
}
