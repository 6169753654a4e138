package io.restante.limit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.restante.protocol.GatewayException;
import io.restante.telemetry.Meters;
import io.restante.telemetry.Metric;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Counts what limits do. Thread-safe, one for a gateway. */
public final class LimitMeters {
  private final MeterRegistry registry;
  private final Map<Limit, Counter> limited = new EnumMap<>(Limit.class);
  private final Counter told;
  private final Counter untold;

  /** Makes all counters, so that each is there from the start, at 0. */
  public LimitMeters(MeterRegistry registry) {
    this.registry = registry;
    for (Limit limit : Limit.values()) {
      limited.put(
          limit,
          switch (limit) {
            case SENDER -> Meters.counter(registry, Metric.SENDS_LIMITED);
            case UPLOADER -> Meters.counter(registry, Metric.UPLOADS_LIMITED);
            case CALLER, ADDRESS, DEVICE ->
                Meters.counter(registry, Metric.CLAIMS_LIMITED, tag(limit));
            case REGISTRATION, CODE ->
                Meters.counter(registry, Metric.REGISTRATIONS_LIMITED, tag(limit));
          });
    }
    told = Meters.counter(registry, Metric.LIMIT_DEBTS, "told");
    untold = Meters.counter(registry, Metric.LIMIT_DEBTS, "untold");
  }

  private static String tag(Limit limit) {
    return limit.name().toLowerCase(Locale.ROOT);
  }

  /** A limit did not give what was asked for. */
  public void limited(Limit limit) {
    Objects.requireNonNull(limited.get(limit)).increment();
  }

  /**
   * Nothing where there is nothing to wait for; otherwise a limit did not give.
   *
   * @param what there were too many of
   * @throws GatewayException {@code RATE_LIMITED} with the seconds of the wait
   */
  public void refuseOver(Limit limit, long waitMs, String what) {
    if (waitMs > 0) {
      limited(limit);
      throw GatewayException.rateLimited(what + " (expected: fewer)", waitMs);
    }
  }

  /** Shows how many buckets of a budget were forgotten. */
  public void watch(Limit limit, Budget budget) {
    Meters.gauge(registry, Metric.LIMIT_FORGOTTEN, budget::forgotten, tag(limit));
  }

  void told() {
    told.increment();
  }

  void untold() {
    untold.increment();
  }
}
