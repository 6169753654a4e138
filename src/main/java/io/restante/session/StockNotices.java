package io.restante.session;

import org.jspecify.annotations.Nullable;

/**
 * When to tell a device that its prekeys run low: at the connect, and when a gateway says so, if it
 * asked for that, and only while it is so; once in an interval, and what is said meanwhile is
 * looked at when that is over. Pure.
 */
final class StockNotices {
  private static final long NEVER = Long.MAX_VALUE;

  private final boolean asked;
  private final int intervalMs;
  private final RetryPause retry = new RetryPause();
  private boolean wanted;
  private boolean reading;
  private long quietUntilMs = NEVER;

  StockNotices(boolean asked, int intervalMs) {
    this.asked = asked;
    this.intervalMs = intervalMs;
  }

  void want() {
    wanted = asked;
  }

  void fail(long nowMs) {
    reading = false;
    wanted = true;
    retry.fail(nowMs);
  }

  /** The device is told now where something is low; what was read may be that nothing is. */
  void succeed(boolean low, long nowMs) {
    reading = false;
    retry.succeed();
    if (low) {
      quietUntilMs = nowMs + intervalMs;
    }
  }

  void tick(long nowMs) {
    retry.tick(nowMs);
    if (quietUntilMs <= nowMs) {
      quietUntilMs = NEVER;
    }
  }

  long wakeAtMs() {
    return Math.min(retry.atMs(), wanted ? quietUntilMs : NEVER);
  }

  /** The reading that is due, null where none is. */
  @Nullable Effect next() {
    if (!wanted || reading || retry.isWaiting() || quietUntilMs != NEVER) {
      return null;
    }
    wanted = false;
    reading = true;
    return new Effect.ReadStock();
  }
}
