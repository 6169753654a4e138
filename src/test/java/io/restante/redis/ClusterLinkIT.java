package io.restante.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.restante.protocol.GatewayException;
import io.restante.redis.RedisConfig.Durability;
import io.restante.redis.RedisConfig.Mode;
import io.restante.telemetry.Metric;
import io.restante.testing.EventLoop;
import io.restante.testing.RedisCluster;
import io.restante.testing.RedisProcess;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClusterLinkIT {
  private static final RedisCluster redis = new RedisCluster();
  private static final int PRIMARIES_MAX = 5;

  /** For what must be answered, or refused for good, be it that the machine stands still. */
  private static final int PATIENCE_MS = 10_000;

  /** For what is tried again until then, and fails for the same reason each time. */
  private static final int SOON_MS = 100;

  private final EventLoop loop = new EventLoop();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final RedisMetrics metrics = new MeteredRedis(registry);

  @BeforeAll
  static void start() {
    redis.start();
  }

  @AfterAll
  static void end() {
    redis.close();
  }

  @BeforeEach
  void empty() {
    redis.awaitWhole();
    redis.flush();
    awaitNobodyConnected();
  }

  private static void awaitNobodyConnected() {
    EventLoop.until(
        "closed", () -> redis.nodes().stream().allMatch(node -> node.gatewayConnections() == 0));
  }

  @AfterEach
  void close() {
    loop.close();
  }

  private static RedisConfig config(String urls, int timeoutMs, int startTimeoutMs, int nodes) {
    return config(urls, Set.of(Durability.FSYNC), timeoutMs, startTimeoutMs, nodes);
  }

  private static RedisConfig replicated() {
    Set<Durability> replicas = Set.of(Durability.REPLICAS);
    return config(redis.urls(), replicas, PATIENCE_MS, PATIENCE_MS, PRIMARIES_MAX)
        .with(
            new ReplicationConfig(ReplicationConfig.ALL, PATIENCE_MS, ReplicationConfig.LOSS_SKIP));
  }

  private static RedisConfig config(
      String urls, Set<Durability> durability, int timeoutMs, int startTimeoutMs, int nodes) {
    List<RedisUrl> all = Arrays.stream(urls.split(",", -1)).map(RedisUrl::parse).toList();
    RedisConfig base = RedisConfig.of(Mode.CLUSTER, all, durability);
    return new RedisConfig(
        Mode.CLUSTER,
        all,
        null,
        base.dataDir(),
        base.durability(),
        timeoutMs,
        1_024,
        base.inFlightBytesMax(),
        20,
        200,
        startTimeoutMs,
        base.replication(),
        base.sentinel(),
        nodes);
  }

  private HeldLink open() {
    return open(config(redis.urls(), PATIENCE_MS, PATIENCE_MS, PRIMARIES_MAX));
  }

  private HeldLink open(RedisConfig config) {
    return loop.await(() -> HeldLink.open(loop.vertx(), config, metrics));
  }

  private @Nullable String send(HeldLink link, Command command, String key, Object... args) {
    Request request = Request.cmd(command).arg(key);
    for (Object arg : args) {
      request.arg(arg.toString());
    }
    return loop.await(
        () -> link.send(key, request).map(reply -> reply == null ? null : reply.toString()));
  }

  private double redirects(String reason) {
    return registry.get(Metric.REDIS_REDIRECTS.meterName()).tag("reason", reason).counter().count();
  }

  @Test
  void eachCommandGoesToThePrimaryOfItsSlotOverOneConnection() {
    HeldLink link = open();
    List<Future<?>> sets = new ArrayList<>();
    loop.await(
        () -> {
          for (int i = 0; i < 300; i++) {
            String key = "{" + i + "}k";
            sets.add(link.send(key, Request.cmd(Command.SET).arg(key).arg(i)));
          }
          return Future.all(sets);
        });
    assertEquals("7", redis.command("{7}k", "GET", "{7}k"));
    // Those that asked for the slots at the start end once they are answered.
    EventLoop.until(
        "one connection to each primary",
        () -> redis.nodes().stream().mapToLong(RedisProcess::gatewayConnections).sum() == 3);
    assertTrue(loop.call(() -> link.isUsable()));
    assertEquals(0, redirects("moved"));
    loop.await(link::close);
    awaitNobodyConnected();
  }

  @Test
  void slotsMigrateUnderLoadToAnAddedNodeAndNothingIsSentTwiceOrLost() {
    HeldLink link = open();
    OnceLoad load = new OnceLoad(loop, link, 4, true);
    load.start();
    load.awaitProgress(200);
    RedisProcess added = redis.addPrimary();
    for (int i = 0; i < 4; i++) {
      int slot = SlotMap.slotOf("{" + i + "}");
      RedisProcess from = redis.primaryOf(slot);
      redis.beginMigration(slot, added);
      load.awaitProgress(50);
      redis.migrateKeys(slot, from, added);
      load.awaitProgress(50);
      redis.endMigration(slot, added);
      load.awaitProgress(50);
    }
    EventLoop.until("one connection to it", () -> added.gatewayConnections() == 1);
    EventLoop.until("usable", () -> loop.call(() -> link.isUsable("{0}")));
    load.awaitProgress(200);
    load.stop();
    assertEquals(Set.of(), load.twice());
    assertEquals(Set.of(), load.lost());
    assertEquals(List.of(), load.strange());
    assertEquals(0, load.refused());
    assertTrue(redirects("moved") > 0 && redirects("ask") > 0, "redirections were not met");
    for (int i = 0; i < 4; i++) {
      redis.migrate(SlotMap.slotOf("{" + i + "}"), anyPrimary(added));
    }
    loop.await(link::close);
  }

  private static RedisProcess anyPrimary(RedisProcess but) {
    return redis.nodes().stream()
        .filter(node -> node != but && redis.isPrimary(node))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void keysOfOneCommandThatAreAtTwoNodesAreAwaited() {
    HeldLink link = open();
    int slot = SlotMap.slotOf("{t}");
    RedisProcess from = redis.primaryOf(slot);
    RedisProcess to = anyPrimary(from);
    send(link, Command.SET, "{t}a", 1);
    send(link, Command.SET, "{t}b", 2);
    redis.beginMigration(slot, to);
    redis.migrateKey("{t}a", from, to);
    Future<String> got =
        loop.call(
            () ->
                link.send("{t}a", Request.cmd(Command.MGET).arg("{t}a").arg("{t}b"))
                    .map(reply -> String.valueOf(reply)));
    EventLoop.until("it was met", () -> redirects("try_again") > 1);
    redis.migrateKeys(slot, from, to);
    assertEquals("[1, 2]", EventLoop.result(got));
    redis.endMigration(slot, to);
    redis.migrate(slot, from);
    loop.await(link::close);
  }

  @Test
  void whatIsRefusedForLongerThanACommandMayTakeIsUnavailable() {
    HeldLink link = open(config(redis.urls(), 300, PATIENCE_MS, PRIMARIES_MAX));
    int slot = SlotMap.slotOf("{t}");
    RedisProcess from = redis.primaryOf(slot);
    RedisProcess to = anyPrimary(from);
    from.command("SET", "{t}a", 1);
    from.command("SET", "{t}b", 2);
    redis.beginMigration(slot, to);
    redis.migrateKey("{t}a", from, to);
    assertThrows(GatewayException.class, () -> send(link, Command.MGET, "{t}a", "{t}b"));
    redis.migrateKeys(slot, from, to);
    redis.endMigration(slot, to);
    redis.migrate(slot, from);
    loop.await(link::close);
  }

  @Test
  void failoversAreFollowedUnderLoadAndNothingIsSentTwice() {
    HeldLink link = open();
    OnceLoad load = new OnceLoad(loop, link, 30, false);
    load.start();
    load.awaitProgress(200);
    RedisProcess first = redis.primaryOf("{0}");
    RedisProcess second = redis.promoteReplicaOf(first);
    load.awaitProgress(500);
    redis.awaitWhole();
    assertEquals(first, redis.failOver(second));
    assertFalse(loop.call(() -> link.isUsable() && !link.isUsable("{0}")));
    EventLoop.until("usable", () -> loop.call(() -> link.isUsable("{0}")));
    load.awaitProgress(500);
    redis.revive(second);
    load.awaitProgress(200);
    load.stop();
    assertFalse(redis.isPrimary(second));
    assertEquals(Set.of(), load.twice());
    assertEquals(List.of(), load.strange());
    assertTrue(load.refused() > 0, "nothing met the failovers");
    EventLoop.until("usable", () -> loop.call(() -> link.isUsable()));
    loop.await(link::close);
  }

  @Test
  void whatReplicasHaveSurvivesAFailover() {
    HeldLink link = open(replicated());
    OnceLoad load = new OnceLoad(loop, link, 30, true);
    load.start();
    load.awaitProgress(500);
    RedisProcess lost = redis.primaryOf("{0}");
    redis.failOver(lost);
    redis.revive(lost);
    EventLoop.until("usable", () -> loop.call(() -> link.isUsable("{0}")));
    load.awaitProgress(500);
    load.stop();
    assertEquals(Set.of(), load.twice());
    assertEquals(List.of(), load.strange());
    loop.await(link::close);
  }

  @Test
  void whatReplicasHaveIsAnsweredWhileOtherSlotsOfTheirPrimaryMove() {
    RedisProcess home = redis.primaryOf(0);
    RedisProcess added = redis.addPrimary();
    RedisProcess replica = redis.addReplica(added);
    // So few that rounds meet those that move.
    List<Integer> slots =
        IntStream.range(0, 12).mapToObj(i -> SlotMap.slotOf("{" + i + "}")).toList();
    slots.forEach(slot -> redis.migrate(slot, added));
    redis.awaitWhole();
    HeldLink link = open(replicated());
    redis.migrate(slots.get(1), home);
    redis.beginMigration(slots.get(2), home);
    for (int i = 1; i <= 100; i++) {
      assertEquals(String.valueOf(i), send(link, Command.INCR, "{0}"));
    }
    redis.slotsOf(added).forEach(slot -> redis.migrate(slot, home));
    assertEquals("101", send(link, Command.INCR, "{0}"));
    loop.await(link::close);
    redis.remove(List.of(replica, added));
  }

  @Test
  void aFrozenPrimaryCostsItsOwnSlotsOnlyUntilItsReplicaIsPromoted() {
    HeldLink link = open(config(redis.urls(), 3_000, PATIENCE_MS, PRIMARIES_MAX));
    RedisProcess frozen = redis.primaryOf("{a}");
    String elsewhere = elsewhere(frozen);
    frozen.freeze();
    assertThrows(GatewayException.class, () -> send(link, Command.SET, "{a}", 1));
    assertEquals("OK", send(link, Command.SET, elsewhere, 1));
    EventLoop.until("noticed", () -> !loop.call(() -> link.isUsable("{a}")));
    assertTrue(loop.call(() -> link.isUsable(elsewhere)));
    redis.awaitSuccessor(frozen);
    EventLoop.until("usable", () -> loop.call(() -> link.isUsable("{a}")));
    assertEquals("OK", send(link, Command.SET, "{a}", 2));
    frozen.thaw();
    redis.awaitWhole();
    assertEquals("2", send(link, Command.GET, "{a}"));
    loop.await(link::close);
  }

  private static String elsewhere(RedisProcess than) {
    for (int i = 0; ; i++) {
      if (redis.primaryOf("{" + i + "}") != than) {
        return "{" + i + "}";
      }
    }
  }

  @Test
  void aScriptIsKnownByItsTextAtEachNode() {
    HeldLink link = open();
    RedisScript echo = RedisScript.load("test/echo");
    Set<String> nodes = new HashSet<>();
    for (int i = 0; i < 12; i++) {
      String key = "{" + i + "}";
      nodes.add(String.valueOf(redis.primaryOf(key).port()));
      redis.command(key, "SCRIPT", "FLUSH");
      loop.await(() -> link.run(echo, List.of(key), List.of("x")));
    }
    assertEquals(3, nodes.size());
    loop.await(link::close);
  }

  @Test
  void aStartThatCannotWorkSaysWhyInOneLine() {
    refused(
        "user or password is wrong",
        config(
            redis.urls().replace(redis.password(), "wrong"),
            PATIENCE_MS,
            PATIENCE_MS,
            PRIMARIES_MAX));
    refused("redis.primaries-max: 2", config(redis.urls(), PATIENCE_MS, PATIENCE_MS, 2));
    refused("refused", config("redis://127.0.0.1:1", PATIENCE_MS, SOON_MS, PRIMARIES_MAX));
    try (RedisProcess plain = new RedisProcess().start()) {
      refused(
          "is no node of a cluster", config(plain.url(), PATIENCE_MS, PATIENCE_MS, PRIMARIES_MAX));
    }
    RedisCluster bare = new RedisCluster();
    try (bare) {
      RedisProcess node = bare.bareNode();
      refused("16384 of 16384 slots", config(node.url(), PATIENCE_MS, SOON_MS, PRIMARIES_MAX));
    }
  }

  private void refused(String why, RedisConfig config) {
    RedisStartException refusal = assertThrows(RedisStartException.class, () -> open(config));
    String line = String.valueOf(refusal.getMessage());
    assertTrue(line.contains(why), line);
    assertFalse(line.contains("\n") || line.contains(redis.password()), line);
  }
}
