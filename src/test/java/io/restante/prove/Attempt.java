package io.restante.prove;

import io.restante.faults.Curtain;

/** Something that may fail for want of an answer. */
@FunctionalInterface
interface Attempt {
  /** A pause before the next one. */
  int RETRY_MS = 20;

  /** Whether it is done. */
  boolean isDone();

  /** Does it until it is done; the record has the answers that were not the expected ones. */
  static void insist(Attempt attempt) {
    Curtain never = new Curtain();
    while (!attempt.succeeds()) {
      never.pause(RETRY_MS);
    }
  }

  private boolean succeeds() {
    try {
      return isDone();
    } catch (AssertionError | RuntimeException e) {
      return false;
    }
  }
}
