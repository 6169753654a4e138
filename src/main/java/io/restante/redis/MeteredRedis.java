package io.restante.redis;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.restante.telemetry.Meters;
import io.restante.telemetry.Metric;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** Tells a registry of all connections to Redis. One for the gateway; usable from any thread. */
public final class MeteredRedis implements RedisMetrics {
  private final Timer commands;
  private final Counter timeouts;
  private final Counter connected;
  private final Counter connectFailed;
  private final Timer roundsReached;
  private final Timer roundsMissed;
  private final Counter answersCovered;
  private final Counter answersRefused;
  private final Counter losses;
  private final Counter skippedKeys;
  private final Counter popsForgotten;
  private final Map<Redirect, Counter> redirects = new EnumMap<>(Redirect.class);
  private final Counter slotMoves;
  private final LongAdder inFlight = new LongAdder();
  private final LongAdder loading = new LongAdder();

  /** Registers its metrics, once for each registry. */
  public MeteredRedis(MeterRegistry registry) {
    commands = Meters.timer(registry, Metric.REDIS_COMMANDS);
    timeouts = Meters.counter(registry, Metric.REDIS_TIMEOUTS);
    connected = Meters.counter(registry, Metric.REDIS_CONNECTS, "connected");
    connectFailed = Meters.counter(registry, Metric.REDIS_CONNECTS, "failed");
    roundsReached = Meters.timer(registry, Metric.REPLICA_ROUNDS, "reached");
    roundsMissed = Meters.timer(registry, Metric.REPLICA_ROUNDS, "missed");
    answersCovered = Meters.counter(registry, Metric.REPLICA_ANSWERS, "covered");
    answersRefused = Meters.counter(registry, Metric.REPLICA_ANSWERS, "refused");
    losses = Meters.counter(registry, Metric.REDIS_LOSSES);
    skippedKeys = Meters.counter(registry, Metric.PREKEYS_BURNED, "loss");
    popsForgotten = Meters.counter(registry, Metric.REDIS_POPS_FORGOTTEN);
    for (Redirect why : Redirect.values()) {
      String tag = why.name().toLowerCase(Locale.ROOT);
      redirects.put(why, Meters.counter(registry, Metric.REDIS_REDIRECTS, tag));
    }
    slotMoves = Meters.counter(registry, Metric.REDIS_SLOT_MOVES);
    Meters.gauge(registry, Metric.REDIS_IN_FLIGHT, inFlight::sum);
    Meters.gauge(registry, Metric.REDIS_LOADING, loading::sum);
  }

  /** Whether something waits for a Redis that loads its data. */
  public boolean isLoading() {
    return loading.sum() > 0;
  }

  @Override
  public void redirected(Redirect why) {
    Objects.requireNonNull(redirects.get(why)).increment();
  }

  @Override
  public void slotsMoved() {
    slotMoves.increment();
  }

  @Override
  public void answered(long nanos) {
    commands.record(nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void timedOut() {
    timeouts.increment();
  }

  @Override
  public void connected() {
    connected.increment();
  }

  @Override
  public void connectFailed() {
    connectFailed.increment();
  }

  @Override
  public void inFlight(int change) {
    inFlight.add(change);
  }

  @Override
  public void loading(int change) {
    loading.add(change);
  }

  @Override
  public void roundEnded(boolean reached, long nanos, int answers) {
    (reached ? roundsReached : roundsMissed).record(nanos, TimeUnit.NANOSECONDS);
    (reached ? answersCovered : answersRefused).increment(answers);
  }

  @Override
  public void skipped(int keys) {
    losses.increment();
    skippedKeys.increment(keys);
  }

  @Override
  public void popForgotten() {
    popsForgotten.increment();
  }
}
