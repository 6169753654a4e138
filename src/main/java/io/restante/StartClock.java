package io.restante;

import java.lang.management.ManagementFactory;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * How much of its time a start has used, and what it waits for by now. The time in which Redis
 * loads its data does not count: such a start works, it only takes as long as there is data. Told
 * from any thread, read on one.
 */
public final class StartClock {
  /** A start that takes longer has failed; the process ends within 10 s. */
  static final int START_MS_MAX = 9_000;

  private static final int TICK_MS = 20;

  private final LongSupplier nanos;
  private final long maxNanos;
  private long usedNanos;
  private long lastNanos;
  private volatile String awaited = "the configuration";
  private volatile BooleanSupplier loading = () -> false;

  /**
   * A clock.
   *
   * @param nanos the time by now
   * @param usedMs how much is gone already
   * @param maxMs how much there is
   */
  StartClock(LongSupplier nanos, long usedMs, int maxMs) {
    this.nanos = nanos;
    this.maxNanos = TimeUnit.MILLISECONDS.toNanos(maxMs);
    this.usedNanos = TimeUnit.MILLISECONDS.toNanos(usedMs);
    this.lastNanos = nanos.getAsLong();
  }

  /** A clock that has run since this process has begun. */
  public static StartClock ofProcess() {
    return ofProcess(START_MS_MAX);
  }

  static StartClock ofProcess(int maxMs) {
    // A slow machine has spent seconds by now.
    long usedMs = ManagementFactory.getRuntimeMXBean().getUptime();
    return new StartClock(System::nanoTime, usedMs, maxMs);
  }

  /** This is what is waited for from now on, in words for the operator. */
  void waitsFor(String what) {
    awaited = what;
  }

  /** The clock stands while this holds. */
  void standsWhile(BooleanSupplier redisLoads) {
    loading = redisLoads;
  }

  /**
   * Awaits it.
   *
   * @throws TimeoutException where the time is up first; the message says what was waited for
   */
  <T> T await(CompletableFuture<T> done)
      throws ExecutionException, InterruptedException, TimeoutException {
    while (!isUp()) {
      try {
        return done.get(TICK_MS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        // Not yet.
      }
    }
    throw new TimeoutException(
        "not ready within "
            + TimeUnit.NANOSECONDS.toMillis(maxNanos)
            + " ms: waited for "
            + awaited);
  }

  private boolean isUp() {
    long now = nanos.getAsLong();
    if (!loading.getAsBoolean()) {
      usedNanos += now - lastNanos;
    }
    lastNanos = now;
    return usedNanos >= maxNanos;
  }
}
