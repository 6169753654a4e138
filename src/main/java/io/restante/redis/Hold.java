package io.restante.redis;

import io.restante.redis.Subscriptions.Listener;
import io.restante.redis.Subscriptions.Subscription;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.function.Consumer;

/**
 * A listener's hold on a channel. Used on the context of the subscriptions, except for {@link
 * #cancel}; the listener is called on its own context.
 */
final class Hold implements Subscription {
  private final ChannelName name;
  private final Listener listener;
  private final Context context;
  private final Promise<Subscription> promise;
  private final Consumer<Hold> onCancel;
  private final long askedNanos = System.nanoTime();
  private volatile boolean cancelled;
  private boolean confirmed;

  Hold(
      ChannelName name,
      Listener listener,
      Context context,
      Promise<Subscription> promise,
      Consumer<Hold> onCancel) {
    this.name = name;
    this.listener = listener;
    this.context = context;
    this.promise = promise;
    this.onCancel = onCancel;
  }

  ChannelName name() {
    return name;
  }

  long askedNanos() {
    return askedNanos;
  }

  /** Completes with this hold once Redis has confirmed it. */
  Future<Subscription> future() {
    return promise.future();
  }

  /** Whether it has been confirmed once, or is over. */
  boolean isSettled() {
    return confirmed || cancelled;
  }

  /** The channel is heard: for the first time, or again. */
  void active() {
    if (confirmed) {
      tell(listener::onReconnect);
    } else {
      confirmed = true;
      promise.tryComplete(this);
    }
  }

  void message(Buffer message) {
    if (confirmed) {
      tell(() -> listener.onMessage(message));
    }
  }

  void fail(RuntimeException failure) {
    cancelled = true;
    promise.tryFail(failure);
  }

  private void tell(Runnable step) {
    context.runOnContext(
        v -> {
          // Asked on the listener's own context: nothing comes after its cancel() there.
          if (!cancelled) {
            step.run();
          }
        });
  }

  @Override
  public void cancel() {
    if (!cancelled) {
      cancelled = true;
      onCancel.accept(this);
    }
  }
}
