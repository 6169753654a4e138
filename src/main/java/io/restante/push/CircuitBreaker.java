package io.restante.push;

/**
 * Keeps a provider that does not answer from being asked: after so many failures in a row nothing
 * is sent for a pause, then one push tries it again, and each time that it fails the pause is twice
 * as long. Pure, but for what it remembers.
 */
final class CircuitBreaker {
  /** Failures in a row that open it. */
  static final int FAILURES_MAX = 10;

  /** The first pause. */
  static final int PAUSE_MIN_MS = 1_000;

  /** The longest pause. */
  static final int PAUSE_MAX_MS = 60_000;

  private int failures;
  private int pauseMs = PAUSE_MIN_MS;
  private long openUntilMs;
  private boolean trying;

  /** Whether something may be sent now; while it is open, one push when the pause is over. */
  boolean admits(long nowMs) {
    if (failures < FAILURES_MAX) {
      return true;
    }
    if (trying || nowMs - openUntilMs < 0) {
      return false;
    }
    trying = true;
    return true;
  }

  /** How long it stays open, as far as is known: at least 1 ms. */
  long waitMs(long nowMs) {
    return Math.max(1, openUntilMs - nowMs);
  }

  /** The provider answered. */
  void onAnswer() {
    failures = 0;
    pauseMs = PAUSE_MIN_MS;
    trying = false;
  }

  /** The provider did not answer, or could not be reached; answers whether that opened it. */
  boolean onFailure(long nowMs) {
    boolean again = trying;
    trying = false;
    failures = Math.min(FAILURES_MAX, failures + 1);
    if (failures < FAILURES_MAX || (!again && nowMs - openUntilMs < 0)) {
      return false;
    }
    openUntilMs = nowMs + pauseMs;
    pauseMs = Math.min(PAUSE_MAX_MS, pauseMs * 2);
    return true;
  }
}
