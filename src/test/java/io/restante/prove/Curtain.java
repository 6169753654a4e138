package io.restante.prove;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Up while the actors act; whoever pauses goes on at once when it falls. */
final class Curtain {
  private final CountDownLatch fallen = new CountDownLatch(1);

  boolean isUp() {
    return fallen.getCount() > 0;
  }

  void fall() {
    fallen.countDown();
  }

  /** Lets so much time pass, less if it falls. */
  void pause(long ms) {
    try {
      boolean unused = fallen.await(ms, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
