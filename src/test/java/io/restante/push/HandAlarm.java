package io.restante.push;

import io.restante.testing.EventLoop;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Time is up when a test says so, and never by itself, however slow the machine is. */
public final class HandAlarm implements Alarm {
  private final List<Pending> pending = new CopyOnWriteArrayList<>();

  /** One that is set; each is itself only, be it set for the same thing as another. */
  private static final class Pending {
    final Runnable timeIsUp;

    Pending(Runnable timeIsUp) {
      this.timeIsUp = timeIsUp;
    }
  }

  @Override
  public Runnable set(long ms, Runnable timeIsUp) {
    Pending one = new Pending(timeIsUp);
    pending.add(one);
    return () -> pending.remove(one);
  }

  /** Rings all that are set by now, on the event loop that they are for. */
  public void ring(EventLoop loop) {
    ring(loop, pending.size());
  }

  /** Rings the one that was set first. */
  public void ringFirst(EventLoop loop) {
    ring(loop, 1);
  }

  private void ring(EventLoop loop, int count) {
    loop.call(
        () -> {
          for (Pending one : pending.stream().limit(count).toList()) {
            if (pending.remove(one)) {
              one.timeIsUp.run();
            }
          }
          return true;
        });
  }
}
