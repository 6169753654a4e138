package io.restante.redis;

import io.restante.redis.Subscriptions.Listener;
import io.restante.testing.EventLoop;
import io.restante.testing.RedisProcess;
import io.restante.testing.RedisSentinels;
import io.restante.testing.RedisServerExtension;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SentinelSubscriptionsIT {
  private static final RedisSentinels sentinels = new RedisSentinels();

  @RegisterExtension static final RedisServerExtension redis = RedisServerExtension.on(sentinels);

  private final EventLoop loop = new EventLoop();
  private final HeldSubscriptions subscriptions =
      loop.await(() -> HeldSubscriptions.open(loop.vertx(), redis.config(), RedisMetrics.none()));
  private final ConcurrentLinkedQueue<String> heard = new ConcurrentLinkedQueue<>();
  private final AtomicInteger reconnects = new AtomicInteger();

  @AfterEach
  void close() {
    loop.await(subscriptions::close);
    loop.close();
    sentinels.awaitWhole();
  }

  private void listen() {
    Listener ear =
        new Listener() {
          @Override
          public void onMessage(Buffer message) {
            heard.add(message.toString());
          }

          @Override
          public void onReconnect() {
            reconnects.incrementAndGet();
          }
        };
    loop.await(() -> subscriptions.subscribe("bell", ear));
    subscriptions.onBroadcast("revoked", ear::onMessage, () -> {});
  }

  private void assertHeardAt(RedisProcess primary) {
    // The first return may have been to the one that was demoted.
    EventLoop.until(
        "subscribed", () -> Long.valueOf(1).equals(primary.command("SPUBLISH", "bell", "there")));
    EventLoop.until("heard", () -> heard.contains("there"));
    EventLoop.until("told", () -> reconnects.get() > 0);
    EventLoop.until("alive", subscriptions::isAlive);
    EventLoop.until(
        "broadcasts are heard",
        () ->
            Long.valueOf(1).equals(primary.command("PUBLISH", "revoked", "all"))
                && heard.contains("all"));
  }

  @Test
  void aPromotedReplicaGetsTheChannelsAndTheListenerIsTold() {
    listen();
    assertHeardAt(sentinels.promoteReplica());
  }

  @Test
  void afterTheDeathOfThePrimaryItsChannelsAreHeardFromItsSuccessor() {
    listen();
    RedisProcess killed = sentinels.primary();
    RedisProcess successor = sentinels.failOver();
    assertHeardAt(successor);
    killed.start();
  }
}
