package io.restante.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.restante.protocol.GatewayException;
import io.restante.protocol.Identity;
import io.restante.redis.RedisConfig.Durability;
import io.restante.telemetry.Metric;
import io.restante.testing.EventLoop;
import io.restante.testing.RedisReplicas;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LossGuardIT {
  private static final int KEYS = 100;
  private static final int SKIP = 10;
  private static final int PATIENCE_MS = 10_000;

  private final RedisReplicas redis = new RedisReplicas(1);
  private final EventLoop loop = new EventLoop();
  private final EventLoop other = new EventLoop();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final MeteredRedis metrics = new MeteredRedis(registry);
  private final String pool = AccountKeys.of(UUID.randomUUID()).pool(Identity.ACI, "ec", 1);
  private final String quiet = AccountKeys.of(UUID.randomUUID()).pool(Identity.ACI, "ec", 1);

  private RedisConfig config(int skip, Durability... durability) {
    return redis.config(durability).with(new ReplicationConfig(1, PATIENCE_MS, skip));
  }

  private HeldRedisLink open(EventLoop on, RedisConfig config, LossGuard guard) {
    fill();
    return on.await(() -> HeldRedisLink.open(on.vertx(), config, metrics, guard));
  }

  private void fill() {
    for (String each : new String[] {pool, quiet}) {
      redis.primary().command("DEL", each);
      for (int i = 0; i < KEYS; i++) {
        redis.primary().command("RPUSH", each, i);
      }
    }
    assertEquals(1L, redis.primary().command("WAIT", 1, PATIENCE_MS));
  }

  private static String pop(EventLoop on, HeldRedisLink link, String list) {
    return String.valueOf(on.await(() -> link.send(list, Request.cmd(Command.LPOP).arg(list))));
  }

  private static void awaitUsable(EventLoop on, HeldRedisLink link) {
    EventLoop.until("usable", () -> on.call(() -> link.isUsable()));
  }

  private void loseLink() {
    redis.cutOff(0);
    redis.awaitFollowing(0);
  }

  private void failOver(HeldRedisLink link) {
    redis.primary().kill();
    awaitLost(loop, link);
    redis.promote(0);
    awaitUsable(loop, link);
  }

  /** Before there is another primary: until it has noticed, a link takes itself for usable. */
  private static void awaitLost(EventLoop on, HeldRedisLink link) {
    EventLoop.until("noticed", () -> !on.call(() -> link.isUsable()));
  }

  private double burned() {
    return registry.get(Metric.PREKEYS_BURNED.meterName()).tag("reason", "loss").counter().count();
  }

  @AfterEach
  void close() {
    loop.close();
    other.close();
    redis.close();
  }

  @Test
  void whatALostPopHandedOutIsNotHandedOutAgainWithinTheMargin() {
    RedisConfig config = config(SKIP);
    LossGuard guard = new LossGuard(config, metrics);
    HeldRedisLink link = open(loop, config, guard);
    HeldRedisLink second = open(other, config, guard);
    loseLink();
    Set<String> handedOut = new HashSet<>();
    for (int i = 0; i < SKIP / 2; i++) {
      assertTrue(handedOut.add(pop(loop, link, pool)));
      assertTrue(handedOut.add(pop(other, second, pool)));
    }
    redis.primary().kill();
    awaitLost(other, second);
    awaitLost(loop, link);
    redis.promote(0);
    awaitUsable(loop, link);
    EventLoop.until("moved", () -> burned() > 0);
    awaitUsable(other, second);
    while (handedOut.size() < KEYS) {
      boolean even = handedOut.size() % 2 == 0;
      String next = pop(even ? loop : other, even ? link : second, pool);
      if (next.equals("null")) {
        break;
      }
      assertTrue(handedOut.add(next), next + " reached two callers");
    }
    assertEquals(KEYS, handedOut.size());
    assertEquals(SKIP, burned(), "as many as were lost");
    assertEquals("0", pop(loop, link, quiet), "a pool that nobody popped from is left alone");
  }

  @Test
  void morePopsThanTheMarginAreSkippedAllTheSame() {
    RedisConfig config = config(1);
    HeldRedisLink link = open(loop, config, new LossGuard(config, metrics));
    loseLink();
    for (int i = 0; i < 30; i++) {
      pop(loop, link, pool);
    }
    failOver(link);
    assertEquals("30", pop(loop, link, pool));
    assertEquals(30, burned());
  }

  @Test
  void withoutAMarginNothingIsSkippedAndTheLostPopIsRepeated() {
    RedisConfig config = config(0);
    HeldRedisLink link = open(loop, config, new LossGuard(config, metrics));
    loseLink();
    assertEquals("0", pop(loop, link, pool));
    failOver(link);
    assertEquals("0", pop(loop, link, pool), "which is what the margin is for");
  }

  @Test
  void aFailoverThatLosesNothingThatWasAnsweredBurnsNothing() {
    RedisConfig config = config(SKIP, Durability.REPLICAS);
    HeldRedisLink link = open(loop, config, new LossGuard(config, metrics));
    for (int i = 0; i < 20; i++) {
      assertEquals(String.valueOf(i), pop(loop, link, pool));
    }
    // A replica of its own, as a primary that nobody follows is not used.
    redis.follow(0);
    failOver(link);
    assertEquals("20", pop(loop, link, pool));
    assertEquals(0, burned());
  }

  @Test
  void aReplicaThatWasNotWaitedForIsACertainLossOnceItIsPromoted() {
    try (RedisReplicas two = new RedisReplicas(2)) {
      RedisConfig config =
          two.config(Durability.REPLICAS).with(new ReplicationConfig(1, PATIENCE_MS, SKIP));
      for (int i = 0; i < KEYS; i++) {
        two.primary().command("RPUSH", pool, i);
      }
      assertEquals(2L, two.primary().command("WAIT", 2, PATIENCE_MS));
      HeldRedisLink link = loop.await(() -> HeldRedisLink.open(loop.vertx(), config, metrics));
      two.follow(0);
      two.cutOff(0);
      two.awaitFollowing(1);
      long before = two.infoCalls();
      assertEquals("0", pop(loop, link, pool));
      EventLoop.until("the offset was asked for", () -> two.infoCalls() > before);
      // Behind the answer to that, on the same connection.
      loop.await(() -> link.send(pool, Request.cmd(Command.LLEN).arg(pool)));
      two.primary().kill();
      awaitLost(loop, link);
      two.promote(0);
      awaitUsable(loop, link);
      assertEquals(String.valueOf(SKIP), pop(loop, link, pool));
      assertEquals(SKIP, burned());
    }
  }

  @Test
  void aRestartThatForgotEverythingIsNoticed() {
    RedisConfig config = config(SKIP);
    redis.primary().command("CONFIG", "SET", "appendonly", "no");
    HeldRedisLink link = open(loop, config, new LossGuard(config, metrics));
    assertEquals("0", pop(loop, link, pool));
    redis.primary().kill();
    awaitLost(loop, link);
    redis.primary().start();
    awaitUsable(loop, link);
    redis.awaitFollowing(1);
    assertEquals(1.0, registry.get(Metric.REDIS_LOSSES.meterName()).counter().count());
  }

  @Test
  void aRestartWithTheDiskBurnsNothing() {
    RedisConfig config = config(SKIP, Durability.FSYNC);
    HeldRedisLink link = open(loop, config, new LossGuard(config, metrics));
    assertEquals("0", pop(loop, link, pool));
    redis.primary().kill();
    awaitLost(loop, link);
    redis.primary().start();
    awaitUsable(loop, link);
    assertEquals("1", pop(loop, link, pool));
    assertEquals(0, burned());
  }

  @Test
  void aPrimaryThatWasSucceededHandsOutNothingAnyMore() {
    RedisConfig config = config(SKIP);
    LossGuard guard = new LossGuard(config, metrics);
    HeldRedisLink late = open(other, config, guard);
    HeldRedisLink link = open(loop, config, guard);
    assertEquals("0", pop(other, late, pool));
    loseLink();
    redis.promoteForNewcomers(0);
    loop.await(link::close);
    HeldRedisLink moved =
        loop.await(() -> HeldRedisLink.open(loop.vertx(), config, metrics, guard));
    assertTrue(Integer.parseInt(pop(loop, moved, pool)) >= 1);
    assertThrows(GatewayException.class, () -> pop(other, late, pool));
  }
}
