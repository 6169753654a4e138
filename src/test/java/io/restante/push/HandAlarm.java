package io.restante.push;

import io.restante.testing.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Time is up when a test says so, and never by itself, however slow the machine is. */
public final class HandAlarm implements Alarm {
  private final List<Runnable> pending = new CopyOnWriteArrayList<>();

  @Override
  public Runnable set(long ms, Runnable timeIsUp) {
    // Each of them by itself, be it set for the same thing.
    Runnable own = timeIsUp::run;
    pending.add(own);
    return () -> pending.remove(own);
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
          for (Runnable timeIsUp : new ArrayList<>(pending.subList(0, count))) {
            if (pending.remove(timeIsUp)) {
              timeIsUp.run();
            }
          }
          return true;
        });
  }
}
