package io.restante.push;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeoutException;

/** Says when time is up: by the timers of a Vert.x, or when a test likes. */
@FunctionalInterface
public interface Alarm {
  /**
   * Does something once.
   *
   * @param ms after so long
   * @return takes it back
   */
  Runnable set(long ms, Runnable timeIsUp);

  /** By timers of the current event loop. */
  static Alarm of(Vertx vertx) {
    return (ms, timeIsUp) -> {
      long timer = vertx.setTimer(ms, id -> timeIsUp.run());
      return () -> vertx.cancelTimer(timer);
    };
  }

  /** What has not come within so many ms fails with a {@link TimeoutException}. */
  default <T> Future<T> within(long ms, Future<T> awaited) {
    Promise<T> told = Promise.promise();
    Runnable off = set(ms, () -> told.tryFail(new TimeoutException("none in " + ms + " ms")));
    awaited.onSuccess(told::tryComplete).onFailure(told::tryFail);
    return told.future().onComplete(done -> off.run());
  }
}
