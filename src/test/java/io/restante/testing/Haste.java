package io.restante.testing;

import java.util.function.IntConsumer;

/**
 * How soon the processes of a rig take one that does not answer for dead: soon only while that is
 * wanted. At all other times a machine that stands still for some seconds makes no failover.
 */
final class Haste {
  static final int PATIENT_MS = 30_000;

  private final int hastyMs;
  private final IntConsumer tell;
  private int depth;

  /**
   * Prepares.
   *
   * @param hastyMs what is soon
   * @param tell tells all processes after how long without an answer one is dead
   */
  Haste(int hastyMs, IntConsumer tell) {
    this.hastyMs = hastyMs;
    this.tell = tell;
  }

  /** What holds now, for a process that is started. */
  synchronized int ms() {
    return depth > 0 ? hastyMs : PATIENT_MS;
  }

  /** Takes steps that await a failover, or what processes tell each other the sooner. */
  void during(Runnable steps) {
    try {
      change(1);
      steps.run();
    } finally {
      change(-1);
    }
  }

  private synchronized void change(int by) {
    int before = ms();
    depth += by;
    if (ms() != before) {
      tell.accept(ms());
    }
  }
}
