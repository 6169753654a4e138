package io.restante.prekey;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.restante.telemetry.Meters;
import io.restante.telemetry.Metric;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** Counts what happens to prekeys in a registry. Thread-safe, one for a gateway. */
public final class PrekeyMeters implements PrekeyMetrics {
  /** Upper bounds of ages; clients make a new signed prekey every few days. */
  private static final double[] AGES_DAYS = {1, 2, 3, 7, 14, 30, 90};

  private static final double DAY_SECONDS = 86_400;

  /** Upper bounds of depths; the first is that of an empty pool. */
  private static final double[] DEPTHS = {0.5, 5, 10, 20, 40, 60, 80, 100};

  private final Map<String, Map<PoolOutcome, Counter>> claims = new HashMap<>();
  private final Map<String, DistributionSummary> depths = new HashMap<>();
  private final Counter reserveTaken;
  private final DistributionSummary signedAge;
  private final Map<ClaimResult.Refused, Counter> refused;
  private final Map<Burned, Counter> burned;
  private final Counter replayed;
  private final Counter kept;
  private final Counter dropped;
  private final Counter overloaded;

  /** Makes all counters, so that each is there from the start, at 0. */
  public PrekeyMeters(MeterRegistry registry) {
    for (String pool : Pool.TAGS) {
      claims.put(
          pool,
          counters(
              PoolOutcome.class,
              outcome -> Meters.counter(registry, Metric.CLAIMS, pool, outcome)));
    }
    for (String pool : Pool.TAGS) {
      depths.put(pool, Meters.distribution(registry, Metric.POOL_DEPTH, DEPTHS, pool));
    }
    reserveTaken = Meters.counter(registry, Metric.RESERVE_TAKEN);
    signedAge = Meters.distribution(registry, Metric.SIGNED_PREKEY_AGE, AGES_DAYS);
    refused =
        counters(
            ClaimResult.Refused.class,
            reason -> Meters.counter(registry, Metric.CLAIMS_REFUSED, reason));
    burned =
        counters(Burned.class, reason -> Meters.counter(registry, Metric.PREKEYS_BURNED, reason));
    replayed = Meters.counter(registry, Metric.CLAIMS_REPLAYED);
    kept = Meters.counter(registry, Metric.PREKEYS_UPLOADED, "kept");
    dropped = Meters.counter(registry, Metric.PREKEYS_UPLOADED, "dropped");
    overloaded = Meters.counter(registry, Metric.UPLOADS_OVERLOADED);
  }

  private static <E extends Enum<E>> Map<E, Counter> counters(
      Class<E> type, Function<String, Counter> counter) {
    Map<E, Counter> counters = new EnumMap<>(type);
    for (E constant : type.getEnumConstants()) {
      counters.put(constant, counter.apply(constant.name().toLowerCase(Locale.ROOT)));
    }
    return counters;
  }

  @Override
  public void claimed(Pool pool, PoolOutcome outcome) {
    add(claims.getOrDefault(pool.tag(), Map.of()), outcome, 1);
  }

  @Override
  public void replayed() {
    replayed.increment();
  }

  @Override
  public void refused(ClaimResult.Refused reason) {
    add(refused, reason, 1);
  }

  @Override
  public void burned(Burned reason, int keys) {
    add(burned, reason, keys);
  }

  @Override
  public void reserveTaken(int keys) {
    reserveTaken.increment(keys);
  }

  @Override
  public void signedPrekeyServed(long uploadedAtSeconds) {
    if (uploadedAtSeconds > 0) {
      long ageSeconds = System.currentTimeMillis() / 1_000 - uploadedAtSeconds;
      signedAge.record(Math.max(0, ageSeconds) / DAY_SECONDS);
    }
  }

  @Override
  public void left(Pool pool, int keys) {
    DistributionSummary depth = depths.get(pool.tag());
    if (depth != null) {
      depth.record(keys);
    }
  }

  @Override
  public void uploaded(int keptKeys, int droppedKeys) {
    kept.increment(keptKeys);
    dropped.increment(droppedKeys);
  }

  @Override
  public void verificationRefused() {
    overloaded.increment();
  }

  private static <E extends Enum<E>> void add(Map<E, Counter> counters, E constant, int amount) {
    Counter counter = counters.get(constant);
    if (counter != null) {
      counter.increment(amount);
    }
  }
}
