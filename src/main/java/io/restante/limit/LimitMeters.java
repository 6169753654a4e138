package io.restante.limit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.restante.telemetry.Meters;
import io.restante.telemetry.Metric;

/** Counts what token buckets tell each other. Thread-safe, one for a gateway. */
public final class LimitMeters {
  private final Counter told;
  private final Counter untold;

  /** Makes all counters, so that each is there from the start, at 0. */
  public LimitMeters(MeterRegistry registry) {
    told = Meters.counter(registry, Metric.LIMIT_DEBTS, "told");
    untold = Meters.counter(registry, Metric.LIMIT_DEBTS, "untold");
  }

  void told() {
    told.increment();
  }

  void untold() {
    untold.increment();
  }
}
