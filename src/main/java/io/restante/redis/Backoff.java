package io.restante.redis;

import java.util.random.RandomGenerator;

/**
 * Pauses between attempts: each twice as long as the one before, up to a limit, and of that a
 * random part between half and all, so that many gateways do not come back in step.
 */
public final class Backoff {
  private final int minMs;
  private final int maxMs;
  private final RandomGenerator random;
  private int ceilingMs;

  Backoff(int minMs, int maxMs, RandomGenerator random) {
    this.minMs = minMs;
    this.maxMs = maxMs;
    this.random = random;
    this.ceilingMs = minMs;
  }

  /** A random part of a pause, between half and all of it. */
  public static long partOf(long pauseMs, RandomGenerator random) {
    return pauseMs / 2 + random.nextLong(pauseMs / 2 + 1);
  }

  /** The next pause, at least 1 ms. */
  int nextMs() {
    int pauseMs = Math.max(1, (int) partOf(ceilingMs, random));
    ceilingMs = (int) Math.min(maxMs, ceilingMs * 2L);
    return pauseMs;
  }

  /** Starts anew with the shortest pause. */
  void reset() {
    ceilingMs = minMs;
  }
}
