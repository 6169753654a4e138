package io.restante.bench;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The one event loop of a load, on which the program's thread has steps run that may be long. */
public final class LoadLoop implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();

  /** The Vert.x behind it. */
  public Vertx vertx() {
    return vertx;
  }

  /** Runs a step on the loop and awaits its future, however long that takes. */
  public <T extends @Nullable Object> T await(Supplier<Future<T>> step) {
    Promise<T> done = Promise.promise();
    context.runOnContext(
        go -> {
          try {
            step.get().onComplete(done);
          } catch (RuntimeException e) {
            done.tryFail(e);
          }
        });
    try {
      return done.future().toCompletionStage().toCompletableFuture().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Runs a plain step on the loop and awaits its value. */
  public <T extends @Nullable Object> T call(Supplier<T> step) {
    return await(() -> Future.succeededFuture(step.get()));
  }

  @Override
  public void close() {
    await(vertx::close);
  }
}
