package io.restante.prove;

import io.restante.faults.Curtain;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Something that may fail for want of an answer. */
@FunctionalInterface
interface Attempt {
  /** A pause before the next one. */
  int RETRY_MS = 20;

  /** Longer than any fault lasts, and what it is awaited with. */
  int SECONDS_MAX = 180;

  /** Whether it is done. */
  boolean isDone();

  /** Does it until it is done; the record has the answers that were not the expected ones. */
  static void insist(Attempt attempt) {
    Curtain never = new Curtain();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_MAX);
    @Nullable Throwable last = null;
    while (System.nanoTime() - deadline < 0) {
      try {
        if (attempt.isDone()) {
          return;
        }
      } catch (AssertionError | RuntimeException e) {
        last = e;
      }
      never.pause(RETRY_MS);
    }
    throw new IllegalStateException("insisted in vain for " + SECONDS_MAX + " s", last);
  }
}
