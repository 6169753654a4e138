package io.restante.testing.client;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** How a client waits for the other side: until it has answered, and never for ever. */
final class Waiting {
  static final Duration MAX = Duration.ofSeconds(20);

  private Waiting() {}

  /** Awaits a value. */
  static <T extends @Nullable Object> T result(String what, CompletableFuture<T> future) {
    try {
      return future.get(MAX.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new CompletionException(what, e.getCause());
    } catch (TimeoutException e) {
      throw new IllegalStateException("awaited in vain: " + what, e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** Awaits the next element. */
  static <T> T next(String what, BlockingQueue<T> queue) {
    try {
      T next = queue.poll(MAX.toMillis(), TimeUnit.MILLISECONDS);
      if (next == null) {
        throw new IllegalStateException("awaited in vain: " + what);
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
