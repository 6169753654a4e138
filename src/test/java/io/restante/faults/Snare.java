package io.restante.faults;

import io.restante.testing.TcpRelay;
import io.restante.testing.TcpRelay.Way;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Does something exactly when so many more bytes have gone through a relay, or never. */
public final class Snare {
  private static final int SPRING_SECONDS_MAX = 2;
  private static final int ACTION_SECONDS_MAX = 60;

  private final AtomicBoolean set = new AtomicBoolean(true);
  private final CountDownLatch done = new CountDownLatch(1);

  private Snare() {}

  /** After how many bytes: mostly few, so that it springs within single requests and answers. */
  public static int bytes(Random random) {
    return random.nextInt(1 << (6 + random.nextInt(10)));
  }

  /** Sets it and waits; answers whether it sprang. Afterwards it does not spring any more. */
  public static boolean catches(TcpRelay relay, Way way, long bytes, Runnable action) {
    Snare snare = new Snare();
    relay.after(
        way,
        bytes,
        () -> {
          if (snare.set.getAndSet(false)) {
            action.run();
            snare.done.countDown();
          }
        });
    try {
      boolean sprung = snare.done.await(SPRING_SECONDS_MAX, TimeUnit.SECONDS);
      if (sprung || snare.set.getAndSet(false)) {
        return sprung;
      }
      return snare.done.await(ACTION_SECONDS_MAX, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
