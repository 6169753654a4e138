package io.restante.telemetry;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;

/**
 * Measures how late an event loop runs what is due: a loop that something blocks shows here before
 * clients notice. One for each event loop that serves.
 */
public final class EventLoopLag {
  /** Between two measurements. */
  static final int PERIOD_MS = 100;

  private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(PERIOD_MS);

  private final Timer lag;
  private long dueNanos;

  private EventLoopLag(Timer lag, long dueNanos) {
    this.lag = lag;
    this.dueNanos = dueNanos;
  }

  /** Measures the event loop of the current context, until {@link Vertx#cancelTimer} of its id. */
  public static long start(Vertx vertx, MeterRegistry registry) {
    if (!Context.isOnEventLoopThread()) {
      throw new IllegalStateException("not on an event loop");
    }
    Timer timer = Meters.timer(registry, Metric.EVENT_LOOP_LAG);
    EventLoopLag lag = new EventLoopLag(timer, System.nanoTime() + PERIOD_NANOS);
    return vertx.setPeriodic(PERIOD_MS, id -> lag.tick(System.nanoTime()));
  }

  private void tick(long nowNanos) {
    lag.record(Math.max(0, nowNanos - dueNanos), TimeUnit.NANOSECONDS);
    // From now, not from the due time: one pause counts once, not in every later tick.
    dueNanos = nowNanos + PERIOD_NANOS;
  }
}
