package io.restante.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.restante.redis.Subscriptions.Listener;
import io.restante.redis.Subscriptions.Subscription;
import io.restante.testing.EventLoop;
import io.restante.testing.RedisProcess;
import io.restante.testing.RedisServerExtension;
import io.restante.testing.TcpRelay;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class HeldSubscriptionsIT {
  /** Where something is not heard, or comes late. */
  private static final int TIMEOUT_MS = 500;

  /** A probe that is under way is not given up between two steps of a test. */
  private static final int PROBE_TIMEOUT_MS = 2_000;

  @RegisterExtension static final RedisServerExtension redis = new RedisServerExtension();

  private final EventLoop loop = new EventLoop();
  private HeldSubscriptions subscriptions = open(redis.config());

  private HeldSubscriptions open(RedisConfig config) {
    return loop.await(() -> HeldSubscriptions.open(loop.vertx(), config, RedisMetrics.none()));
  }

  /** Opens them anew, so that they do not wait long. */
  private void hasten() {
    loop.await(subscriptions::close);
    subscriptions = open(redis.config().withLimits(TIMEOUT_MS, 1_024));
  }

  @AfterEach
  void close() {
    loop.await(subscriptions::close);
    loop.close();
  }

  /** Notes what it hears, and whether it was called on its own loop. */
  private final class Ear implements Listener {
    final ConcurrentLinkedQueue<String> heard = new ConcurrentLinkedQueue<>();
    final AtomicInteger reconnects = new AtomicInteger();
    final AtomicInteger strayCalls = new AtomicInteger();
    private final Vertx vertx = loop.vertx();

    @Override
    public void onMessage(Buffer message) {
      heard.add(message.toString());
      if (Vertx.currentContext() == null || Vertx.currentContext().owner() != vertx) {
        strayCalls.incrementAndGet();
      }
    }

    @Override
    public void onReconnect() {
      reconnects.incrementAndGet();
    }

    Subscription on(String channel) {
      return loop.await(() -> subscriptions.subscribe(channel, this));
    }
  }

  private static long publish(String channel, String message) {
    return (Long) Objects.requireNonNull(redis.command("SPUBLISH", channel, message));
  }

  private void awaitAlive() {
    EventLoop.until("alive", () -> subscriptions.isAlive());
  }

  @Test
  void whatIsPublishedAfterTheConfirmationIsHeardInOrder() {
    Ear ear = new Ear();
    ear.on("bell");
    List<String> sent = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      assertEquals(1, publish("bell", "n" + i));
      sent.add("n" + i);
    }
    EventLoop.until("all heard", () -> ear.heard.size() == 100);
    assertEquals(sent, new ArrayList<>(ear.heard));
    assertEquals(0, ear.strayCalls.get());
  }

  @Test
  void aChannelIsLeftOnceItsLastListenerLetsGo() {
    Ear first = new Ear();
    Ear second = new Ear();
    Subscription one = first.on("bell");
    Subscription two = second.on("bell");
    assertEquals(1, publish("bell", "both"));
    EventLoop.until("both heard", () -> first.heard.size() == 1 && second.heard.size() == 1);
    one.cancel();
    one.cancel();
    assertEquals(1, publish("bell", "second only"));
    EventLoop.until("second heard", () -> second.heard.size() == 2);
    assertEquals(1, first.heard.size());
    two.cancel();
    EventLoop.until("left", () -> publish("bell", "nobody") == 0);
  }

  @Test
  void subscribingAgainWhileLettingGoIsHeard() {
    Ear ear = new Ear();
    Subscription last = ear.on("bell");
    for (int i = 0; i < 200; i++) {
      Subscription before = last;
      last =
          loop.await(
              () -> {
                before.cancel();
                Future<Subscription> dropped = subscriptions.subscribe("bell", new Ear());
                Future<Subscription> kept = subscriptions.subscribe("bell", ear);
                return dropped.onSuccess(Subscription::cancel).compose(done -> kept);
              });
      assertEquals(1, publish("bell", "n"));
      int heard = i + 1;
      EventLoop.until("heard", () -> ear.heard.size() == heard);
    }
    last.cancel();
    EventLoop.until("left", () -> publish("bell", "nobody") == 0);
  }

  @Test
  void afterARestartEveryListenerIsToldAndHearsAgain() {
    List<Ear> ears = new ArrayList<>();
    for (int i = 0; i < 2 * SubscriberConnection.UNCONFIRMED_MAX + 7; i++) {
      Ear ear = new Ear();
      ear.on("bell:" + i);
      ears.add(ear);
    }
    Ear revoked = new Ear();
    loop.call(
        () -> {
          subscriptions.onBroadcast("revoked", revoked::onMessage, revoked::onReconnect);
          return 0;
        });
    EventLoop.until(
        "broadcast heard",
        () -> {
          redis.command("PUBLISH", "revoked", "somebody");
          return !revoked.heard.isEmpty();
        });
    redis.process().kill();
    EventLoop.until("noticed", () -> !subscriptions.isAlive());
    redis.process().start();
    EventLoop.until("told", () -> ears.stream().allMatch(ear -> ear.reconnects.get() == 1));
    EventLoop.until("told of broadcasts", () -> revoked.reconnects.get() == 1);
    for (int i = 0; i < ears.size(); i++) {
      assertEquals(1, publish("bell:" + i, "again"));
    }
    int before = revoked.heard.size();
    redis.command("PUBLISH", "revoked", "somebody");
    EventLoop.until("heard", () -> ears.stream().allMatch(ear -> ear.heard.size() == 1));
    EventLoop.until("broadcast heard", () -> revoked.heard.size() > before);
    awaitAlive();
  }

  @Test
  void aSubscriptionThatRedisDoesNotConfirmFailsInTimeAndIsNotKept() {
    hasten();
    redis.process().freeze();
    GatewayException refused;
    try {
      refused = assertThrows(GatewayException.class, () -> new Ear().on("bell"));
    } finally {
      redis.process().thaw();
    }
    assertEquals(ErrorCode.REDIS_UNAVAILABLE, refused.code());
    awaitAlive();
    EventLoop.until("nobody listens", () -> publish("bell", "nobody") == 0);
  }

  @Test
  void aFrozenRedisIsNotAliveUntilItThaws() {
    hasten();
    awaitAlive();
    redis.process().freeze();
    try {
      EventLoop.until("not alive", () -> !subscriptions.isAlive());
    } finally {
      redis.process().thaw();
    }
    awaitAlive();
  }

  @Test
  void aConnectionThatHearsNothingIsFoundByTheProbeAndMadeAnew() {
    try (TcpRelay relay = new TcpRelay(redis.process().port())) {
      RedisUrl url = RedisUrl.parse(redis.urls());
      RedisConfig config =
          redis
              .config()
              .withLimits(PROBE_TIMEOUT_MS, 1_024)
              .at(new RedisUrl("127.0.0.1", relay.port(), false, null, url.password(), 0));
      HeldSubscriptions relayed = open(config);
      Ear ear = new Ear();
      loop.await(() -> relayed.subscribe("bell", ear));
      relay.muteThoseThatSent("ssubscribe");
      // Redis counts a listener, and nobody hears: only the probe can tell.
      assertEquals(1, publish("bell", "lost"));
      EventLoop.until("told", () -> ear.reconnects.get() == 1);
      assertEquals(1, publish("bell", "again"));
      EventLoop.until("heard", () -> ear.heard.size() == 1);
      assertEquals("again", ear.heard.peek());
      EventLoop.until("alive", relayed::isAlive);
      loop.await(relayed::close);
    }
  }

  @Test
  void aRedisThatBecameAReplicaIsLeftThoughItIsStillHeard() {
    RedisConfig config = redis.config().withLimits(TIMEOUT_MS, 1_024);
    try (RedisProcess successor =
        new RedisProcess().setting("repl-diskless-sync-delay", "0").start()) {
      RedisConfig next = config.at(RedisUrl.parse(successor.url()));
      Turning turning =
          loop.await(
              () ->
                  Future.all(link(config), link(next))
                      .map(both -> new Turning(config, both.resultAt(0), both.resultAt(1))));
      HeldSubscriptions apart =
          loop.await(
              () ->
                  HeldSubscriptions.open(
                      loop.vertx(),
                      config,
                      RedisMetrics.none(),
                      () -> Future.succeededFuture(turning)));
      redis.command("CONFIG", "SET", "masterauth", successor.password());
      redis.command("REPLICAOF", "127.0.0.1", successor.port());
      try {
        EventLoop.until(
            "it follows", () -> String.valueOf(redis.command("ROLE")).contains(", connected"));
        loop.call(() -> turning.turned = true);
        EventLoop.until("left", () -> !apart.isAlive());
      } finally {
        redis.command("REPLICAOF", "NO", "ONE");
      }
      EventLoop.until("alive", () -> !loop.call(() -> turning.turned = false) && apart.isAlive());
      loop.await(apart::close);
    }
  }

  private Future<HeldRedisLink> link(RedisConfig config) {
    return HeldRedisLink.open(loop.vertx(), config, RedisMetrics.none());
  }

  /** Subscribes at one Redis and publishes at another, once it was turned. */
  private static final class Turning implements Primaries {
    private final Whereabouts where;
    private final HeldRedisLink before;
    private final HeldRedisLink after;
    private boolean turned;

    Turning(RedisConfig config, HeldRedisLink before, HeldRedisLink after) {
      this.where = Whereabouts.fixed(config.url());
      this.before = before;
      this.after = after;
    }

    @Override
    public HeldLink link() {
      return new HeldLink() {
        @Override
        public Future<@Nullable Response> send(String routingKey, Request request) {
          return (turned ? after : before).send(routingKey, request);
        }

        @Override
        public Future<@Nullable Response> run(
            RedisScript script, List<String> keys, List<Object> args) {
          throw new UnsupportedOperationException();
        }

        @Override
        public boolean isUsable() {
          return true;
        }

        @Override
        public Future<Void> close() {
          return Turning.this.close();
        }
      };
    }

    @Override
    public SlotMap slots() {
      return SlotMap.all(new SlotMap.Node("", 0));
    }

    @Override
    public Whereabouts whereabouts(SlotMap.Node primary) {
      return where;
    }

    @Override
    public void onChange(Runnable changed) {}

    @Override
    public Future<Void> refresh() {
      return Future.succeededFuture();
    }

    @Override
    public Future<Void> close() {
      return Future.join(before.close(), after.close()).mapEmpty();
    }
  }

  @Test
  void closedIsNotAlive() {
    loop.await(subscriptions::close);
    assertFalse(subscriptions.isAlive());
  }
}
