package io.restante.faults;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Up while the actors act; whoever pauses goes on at once when it falls. */
public final class Curtain {
  private final CountDownLatch fallen = new CountDownLatch(1);

  /** Whether it has not fallen yet. */
  public boolean isUp() {
    return fallen.getCount() > 0;
  }

  /** Ends it for all. */
  public void fall() {
    fallen.countDown();
  }

  /** Lets so much time pass, less if it falls. */
  public void pause(long ms) {
    try {
      boolean unused = fallen.await(ms, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
