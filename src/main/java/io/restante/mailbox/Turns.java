package io.restante.mailbox;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Has what belongs to one owner done one after the other, and refuses what is too much. */
final class Turns<K> {
  private final int turnsMax;
  private final Map<K, ArrayDeque<Runnable>> waiting = new HashMap<>();

  /**
   * Nobody's turn.
   *
   * @param turnsMax how many of an owner may be under way or wait, 1 or more
   */
  Turns(int turnsMax) {
    this.turnsMax = turnsMax;
  }

  /** Does it at the owner's next turn; fails with what is refused where too many wait. */
  <T extends @Nullable Object> Future<T> take(
      K owner, Supplier<Future<T>> step, Supplier<? extends Throwable> refusal) {
    ArrayDeque<Runnable> behind = waiting.get(owner);
    if (behind == null) {
      waiting.put(owner, new ArrayDeque<>(1));
      return step.get().onComplete(done -> next(owner));
    }
    if (behind.size() + 1 >= turnsMax) {
      return Future.failedFuture(refusal.get());
    }
    Promise<T> promise = Promise.promise();
    behind.add(
        () -> {
          Future<T> begun = step.get();
          begun.onComplete(promise);
          begun.onComplete(done -> next(owner));
        });
    return promise.future();
  }

  private void next(K owner) {
    ArrayDeque<Runnable> behind = waiting.get(owner);
    Runnable first = behind == null ? null : behind.poll();
    if (first == null) {
      waiting.remove(owner);
    } else {
      first.run();
    }
  }
}
