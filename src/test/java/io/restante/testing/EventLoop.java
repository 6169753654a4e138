package io.restante.testing;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An event loop of a Vert.x of its own, on which a test runs steps and awaits what they give. */
public final class EventLoop implements AutoCloseable {
  private static final Duration AWAIT_MAX = Duration.ofSeconds(60);
  private static final Duration ANY_TIME = Duration.ofDays(1);

  private final Vertx vertx;
  private final Context context;
  private final Duration awaitMax;

  /** One of a Vert.x as it is by default. */
  public EventLoop() {
    this(Vertx.vertx());
  }

  /** One of this Vert.x, which ends with it. */
  public EventLoop(Vertx vertx) {
    this(vertx, AWAIT_MAX);
  }

  private EventLoop(Vertx vertx, Duration awaitMax) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.awaitMax = awaitMax;
  }

  /** One whose steps may take any time, as those of a load do. */
  public static EventLoop patient() {
    return new EventLoop(Vertx.vertx(), ANY_TIME);
  }

  /** The Vert.x behind it. */
  public Vertx vertx() {
    return vertx;
  }

  /** Runs a step on the loop and awaits its future; a failure is thrown as it is. */
  public <T extends @Nullable Object> T await(Supplier<Future<T>> step) {
    Promise<T> done = Promise.promise();
    context.runOnContext(
        go -> {
          try {
            step.get().onComplete(done);
          } catch (RuntimeException e) {
            done.fail(e);
          }
        });
    return result(done.future(), awaitMax);
  }

  /** Runs a plain step on the loop and awaits its value. */
  public <T extends @Nullable Object> T call(Supplier<T> step) {
    return await(() -> Future.succeededFuture(step.get()));
  }

  /** Awaits a future from the test's thread. */
  public static <T extends @Nullable Object> T result(Future<T> future) {
    return result(future, AWAIT_MAX);
  }

  private static <T extends @Nullable Object> T result(Future<T> future, Duration awaitMax) {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(awaitMax.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      throw new IllegalStateException("awaited in vain", e);
    }
  }

  /** Awaits a condition from the test's thread. */
  public static void until(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + AWAIT_MAX.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() >= deadline) {
        throw new IllegalStateException("awaited in vain: " + what);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
    }
  }

  @Override
  public void close() {
    result(vertx.close());
  }
}
