package io.restante.redis;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.function.Consumer;

/**
 * This gateway's subscriptions, on a connection of their own. Usable from any thread; a listener is
 * called on the context on which it subscribed, in the order of the messages.
 *
 * <p>After a loss it resubscribes by itself and then tells every listener by {@link
 * Listener#onReconnect}, as messages may have been missed meanwhile.
 */
public interface Subscriptions {
  /** What hears a channel. */
  interface Listener {
    /** A message of the channel. */
    void onMessage(Buffer message);

    /** The subscription is back after a loss; messages may have been missed. */
    void onReconnect();
  }

  /** A listener's hold on a channel. */
  interface Subscription {
    /** Lets go; the channel is left once nobody holds it. */
    void cancel();
  }

  /**
   * Subscribes to a sharded channel. Completes once Redis has confirmed it, so that what is
   * published afterwards is heard; fails with {@code REDIS_UNAVAILABLE} where that takes too long.
   */
  Future<Subscription> subscribe(String shardChannel, Listener listener);

  /** Hears a channel that is published to every node, for as long as the gateway lives. */
  void onBroadcast(String channel, Consumer<Buffer> message, Runnable reconnect);

  /** Whether the last probe through Redis came back in time. */
  boolean isAlive();
}
