package io.restante.testing.client;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How a client waits for the other side: until it has answered, and never for ever. */
final class Waiting {
  /** For an answer, however slow the machine and its disk are. */
  static final Duration ANSWER_MAX = Duration.ofSeconds(60);

  /** For what comes by itself: less than a gateway takes to notice that something was missed. */
  private static final Duration MAX = Duration.ofSeconds(20);

  private Waiting() {}

  /** Awaits the answer to something that was asked. */
  static <T extends @Nullable Object> T answer(String what, CompletableFuture<T> future) {
    return result(what, future, ANSWER_MAX);
  }

  /** Awaits what comes by itself. */
  static <T extends @Nullable Object> T result(String what, CompletableFuture<T> future) {
    return result(what, future, MAX);
  }

  private static <T extends @Nullable Object> T result(
      String what, CompletableFuture<T> future, Duration max) {
    try {
      return future.get(max.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new CompletionException(what, e.getCause());
    } catch (TimeoutException e) {
      throw new IllegalStateException("awaited in vain: " + what, e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** Awaits the next element; fails with what is known of why there is none. */
  static <T> T next(String what, BlockingQueue<T> queue, Supplier<String> why) {
    try {
      T next = queue.poll(MAX.toMillis(), TimeUnit.MILLISECONDS);
      if (next == null) {
        throw new IllegalStateException("awaited in vain: " + what + why.get());
      }
      return next;
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static IllegalStateException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new IllegalStateException(e);
  }
}
