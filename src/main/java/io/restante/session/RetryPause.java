package io.restante.session;

/** A pause after a failure, twice as long after each that follows. */
final class RetryPause {
  private static final int PAUSE_MS_MIN = 500;
  private static final int PAUSE_MS_MAX = 8_000;

  private int pauseMs = PAUSE_MS_MIN;
  private long atMs = Long.MAX_VALUE;

  /** When the pause is over, {@code Long.MAX_VALUE} where there is none. */
  long atMs() {
    return atMs;
  }

  boolean isWaiting() {
    return atMs != Long.MAX_VALUE;
  }

  void fail(long nowMs) {
    atMs = nowMs + pauseMs;
    pauseMs = Math.min(PAUSE_MS_MAX, 2 * pauseMs);
  }

  void succeed() {
    pauseMs = PAUSE_MS_MIN;
  }

  void tick(long nowMs) {
    if (atMs <= nowMs) {
      atMs = Long.MAX_VALUE;
    }
  }
}
