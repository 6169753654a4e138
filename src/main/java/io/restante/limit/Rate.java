package io.restante.limit;

import java.util.concurrent.TimeUnit;

/**
 * What a token bucket allows: so many at once, and then one more as each refill passes. Pure.
 *
 * <p>A bucket is one number, the moment at which it will be full again (the generic cell rate
 * algorithm, ITU-T I.371): taking a token moves that moment by one refill, and there is none to be
 * taken while it lies further ahead than all tokens together are worth. A bucket that nobody knows
 * is a full one.
 *
 * @param burst tokens of a full bucket
 * @param refillTicks until one token has come back; 10 ms each
 */
public record Rate(int burst, long refillTicks) {
  /** Milliseconds of a tick. */
  static final long TICK_MS = 10;

  /** Tokens an hour, at most: one a tick. */
  public static final int PER_HOUR_MAX = (int) (TimeUnit.HOURS.toMillis(1) / TICK_MS);

  /** Tokens of a full bucket, at most. */
  public static final int BURST_MAX = 10_000;

  private static final long REFILL_TICKS_MAX = TimeUnit.DAYS.toMillis(1) / TICK_MS;

  /** Checks both. */
  public Rate {
    if (burst < 1 || burst > BURST_MAX) {
      throw new IllegalArgumentException("burst: " + burst + " (expected: 1 to " + BURST_MAX + ")");
    }
    if (refillTicks < 1 || refillTicks > REFILL_TICKS_MAX) {
      throw new IllegalArgumentException(
          "refillTicks: " + refillTicks + " (expected: 1 to " + REFILL_TICKS_MAX + ")");
    }
  }

  /** So many at once, and so many an hour after that, from 1 to {@link #PER_HOUR_MAX}. */
  public static Rate perHour(int burst, int perHour) {
    if (perHour < 1 || perHour > PER_HOUR_MAX) {
      throw new IllegalArgumentException(
          "perHour: " + perHour + " (expected: 1 to " + PER_HOUR_MAX + ")");
    }
    return new Rate(burst, PER_HOUR_MAX / perHour);
  }

  /** So many at once, and one more as each period passes. */
  public static Rate every(int burst, long periodMs) {
    return new Rate(burst, Math.max(1, periodMs / TICK_MS));
  }

  /** Milliseconds until one token has come back. */
  public long refillMs() {
    return refillTicks * TICK_MS;
  }

  /** From an empty bucket to a full one. */
  long capacityTicks() {
    return burst * refillTicks;
  }

  /** When a bucket is full again from which one more token is taken. */
  long afterOne(long fullAt, long now) {
    return Math.max(fullAt, now) + refillTicks;
  }

  /** How long to wait until a token can be taken; 0 or less where there is one. */
  long waitTicks(long fullAt, long now) {
    return afterOne(fullAt, now) - now - capacityTicks();
  }
}
