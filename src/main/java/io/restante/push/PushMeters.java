package io.restante.push;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.restante.telemetry.Meters;
import io.restante.telemetry.Metric;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The metrics of pushes; usable from any thread. */
public final class PushMeters {
  /** What became of a push at its provider. */
  enum Result {
    ACCEPTED,
    GONE,
    LATER,
    REFUSED,
    FAILED,
    /** Not sent: too many are under way, or the provider does not answer at present. */
    HELD_BACK;

    String tag() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Map<Provider, Map<Result, Counter>> results = new HashMap<>();
  private final Map<Provider, Timer> times = new HashMap<>();
  private final Map<Provider, Counter> inline = new HashMap<>();
  private final Map<Provider, Counter> breaks = new HashMap<>();
  private final Map<Provider, Counter> tokensLost = new HashMap<>();
  private final Counter overBudget;
  private final Counter unwritten;
  private final AtomicInteger inFlight = new AtomicInteger();

  /** Of all providers. */
  public PushMeters(MeterRegistry registry) {
    for (Provider provider : Provider.values()) {
      String tag = provider.tag();
      Map<Result, Counter> counters = new HashMap<>();
      for (Result result : Result.values()) {
        counters.put(result, Meters.counter(registry, Metric.PUSHES, tag, result.tag()));
      }
      results.put(provider, counters);
      times.put(provider, Meters.timer(registry, Metric.PUSH_SECONDS, tag));
      inline.put(provider, Meters.counter(registry, Metric.PUSHES_INLINE, tag));
      breaks.put(provider, Meters.counter(registry, Metric.PUSH_BREAKS, tag));
      tokensLost.put(provider, Meters.counter(registry, Metric.PUSH_TOKENS_LOST, tag));
    }
    overBudget = Meters.counter(registry, Metric.PUSHES_OVER_BUDGET);
    unwritten = Meters.counter(registry, Metric.PUSHES_UNWRITTEN);
    Meters.gauge(registry, Metric.PUSHES_IN_FLIGHT, inFlight::get);
  }

  private static <T> T of(Map<Provider, T> all, Provider provider) {
    return Objects.requireNonNull(all.get(provider));
  }

  void result(Provider provider, Result result) {
    Objects.requireNonNull(of(results, provider).get(result)).increment();
  }

  void took(Provider provider, long nanos) {
    of(times, provider).record(nanos, TimeUnit.NANOSECONDS);
  }

  void inline(Provider provider) {
    of(inline, provider).increment();
  }

  void broken(Provider provider) {
    of(breaks, provider).increment();
  }

  void tokenLost(Provider provider) {
    of(tokensLost, provider).increment();
  }

  void overBudget() {
    overBudget.increment();
  }

  void unwritten() {
    unwritten.increment();
  }

  void inFlight(int change) {
    inFlight.addAndGet(change);
  }
}
