package io.restante.session;

import org.jspecify.annotations.Nullable;

/** When to pop what is for a live session only: one pop at a time, and only what fits. Pure. */
final class OnlineReads {
  private final RetryPause retry = new RetryPause();
  private boolean wanted;
  private boolean reading;
  private int count;

  void want() {
    wanted = true;
  }

  void succeed(int popped) {
    reading = false;
    retry.succeed();
    wanted |= popped >= count;
  }

  void fail(long nowMs) {
    reading = false;
    wanted = true;
    retry.fail(nowMs);
  }

  void tick(long nowMs) {
    retry.tick(nowMs);
  }

  long wakeAtMs() {
    return retry.atMs();
  }

  /** The pop that is due, null where none is. */
  @Nullable Effect next(SentEnvelopes window) {
    if (!wanted || reading || retry.isWaiting() || !window.fits(1)) {
      return null;
    }
    wanted = false;
    reading = true;
    count = Math.max(1, Math.min(DeviceSession.ONLINE_READ_MAX, window.roomEnvelopes()));
    return new Effect.ReadOnline(count);
  }
}
