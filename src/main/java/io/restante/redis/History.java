package io.restante.redis;

import java.util.ArrayDeque;

/**
 * The writes of one primary as a gateway saw them pass: how far they were, and when. Not
 * synchronised: {@link LossGuard} sees to that.
 */
final class History {
  /** An offset, and a time at which whatever was answered before it was within that offset. */
  private record Sample(long sentNanos, long offset) {}

  private final ArrayDeque<Sample> samples = new ArrayDeque<>();
  private Lineage lineage;
  private long lastSampleNanos;
  private long lastPopNanos;
  private boolean popped;
  private boolean succeeded;
  private int connections;

  History(Lineage lineage) {
    this.lineage = lineage;
  }

  Lineage lineage() {
    return lineage;
  }

  /** The same writes under another name, with other offsets. */
  void rename(Lineage other) {
    lineage = other;
    samples.clear();
  }

  /** Another primary goes on from it, or instead of it. */
  void succeed() {
    succeeded = true;
  }

  /** Whether it has ended, so that what its primary answers now is lost. */
  boolean isSucceeded() {
    return succeeded;
  }

  /** A connection to its primary came (1) or went (-1). */
  void connected(int change) {
    connections += change;
  }

  boolean isConnected() {
    return connections > 0;
  }

  void popped(long nowNanos) {
    popped = true;
    lastPopNanos = nowNanos;
  }

  /** Whether something was popped that no sample covers; takes the sample as being made. */
  boolean takeSampleDue(long nowNanos) {
    boolean due = popped && lastPopNanos - lastSampleNanos >= 0;
    if (due) {
      lastSampleNanos = nowNanos;
    }
    return due;
  }

  void sampled(long sentNanos, long offset) {
    while (!samples.isEmpty()
        && sentNanos - samples.getFirst().sentNanos() > PopRecord.WINDOW_NANOS) {
      samples.removeFirst();
    }
    samples.addLast(new Sample(sentNanos, offset));
  }

  /** The highest offset that was seen answered. */
  long highest() {
    return samples.isEmpty() ? 0 : samples.getLast().offset();
  }

  /** The time before which every answer was within this offset; {@code otherwise} for none. */
  long coveredNanos(long offset, long otherwise) {
    long covered = otherwise;
    for (Sample sample : samples) {
      if (sample.offset() <= offset) {
        covered = sample.sentNanos();
      }
    }
    return covered;
  }
}
