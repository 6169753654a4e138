package io.restante.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.restante.redis.RedisConfig.Durability;
import io.restante.redis.RedisConfig.Mode;
import io.restante.telemetry.Metric;
import io.restante.testing.EventLoop;
import io.restante.testing.LogTrap;
import io.restante.testing.RedisProcess;
import io.restante.testing.RedisSentinels;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SentinelLinkIT {
  /** For what must be answered, or refused for good, be it that the machine stands still. */
  private static final int PATIENCE_MS = 10_000;

  /** For what is tried again until then, and fails for the same reason each time. */
  private static final int SOON_MS = 100;

  /** For a start that does not wait so long, or must not. */
  private static final int START_MS_MAX = 60_000;

  private static final String SECRET = "secret-of-sentinels";
  private static final RedisSentinels redis = new RedisSentinels(SECRET);

  private final EventLoop loop = new EventLoop();

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
    EventLoop.until(
        "nobody is connected", () -> all().allMatch(each -> each.gatewayConnections() == 0));
  }

  private static Stream<RedisProcess> all() {
    return Stream.concat(redis.nodes().stream(), redis.sentinels().stream());
  }

  @AfterEach
  void close() {
    loop.close();
  }

  static RedisConfig config(String urls, SentinelConfig sentinel, int startTimeoutMs) {
    List<RedisUrl> all = Arrays.stream(urls.split(",", -1)).map(RedisUrl::parse).toList();
    RedisConfig base = RedisConfig.of(Mode.SENTINEL, all, Set.of(Durability.FSYNC));
    return new RedisConfig(
        Mode.SENTINEL,
        all,
        null,
        base.dataDir(),
        base.durability(),
        PATIENCE_MS,
        1_024,
        base.inFlightBytesMax(),
        20,
        200,
        startTimeoutMs,
        base.replication(),
        sentinel,
        8);
  }

  private static RedisConfig config() {
    return config(redis.urls(), new SentinelConfig(RedisSentinels.MASTER, SECRET), PATIENCE_MS);
  }

  private HeldLink open(RedisConfig config) {
    return loop.await(() -> HeldLink.open(loop.vertx(), config, RedisMetrics.none()));
  }

  /** Writes through the link until it is taken: by the primary of now, or none. */
  private void awaitSet(HeldLink link) {
    Request set = Request.cmd(Command.SET).arg("k").arg("v");
    EventLoop.until(
        "a write is taken",
        () ->
            loop.await(
                () ->
                    link.send("k", set)
                        .map(ok -> true)
                        .recover(failure -> Future.succeededFuture(false))));
  }

  private String ping(HeldLink link) {
    return String.valueOf(loop.await(() -> link.send("k", Request.cmd(Command.PING))));
  }

  @Test
  void aStartThatGoesWellAlarmsNobody() {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    RedisMetrics metrics = new MeteredRedis(registry);
    try (LogTrap log = LogTrap.open()) {
      // A tenth of which it waits for Sentinels before it says that none answers.
      RedisConfig patient = config().withStartTimeout(START_MS_MAX);
      HeldLink link = loop.await(() -> HeldLink.open(loop.vertx(), patient, metrics));
      assertEquals("PONG", ping(link));
      // The start awaits two of three Sentinels.
      EventLoop.until("all are connected", () -> connects(registry, "connected") >= 4);
      assertEquals(List.of(), log.alarms());
    }
    assertEquals(0, connects(registry, "failed"));
    // Three Sentinels and the primary, and nothing that is dialled in vain.
    assertEquals(4, connects(registry, "connected"));
  }

  private static double connects(SimpleMeterRegistry registry, String outcome) {
    return registry
        .get(Metric.REDIS_CONNECTS.meterName())
        .tag("outcome", outcome)
        .counter()
        .count();
  }

  @Test
  void failoversAreFollowedUnderLoadAndNothingIsSentTwice() {
    HeldLink link = open(config());
    OnceLoad load = new OnceLoad(loop, link, 20, false);
    load.start();
    load.awaitProgress(200);
    RedisProcess first = redis.primary();
    RedisProcess second = redis.promoteReplica();
    load.awaitProgress(200);
    redis.awaitWhole();
    second.kill();
    redis.awaitSuccessor(second);
    load.awaitProgress(200);
    // It comes back in the belief to be a primary, until the Sentinels tell it otherwise.
    second.start();
    redis.awaitWhole();
    load.awaitProgress(200);
    load.stop();
    assertFalse(redis.isPrimary(second));
    assertEquals(Set.of(), load.twice());
    assertEquals(List.of(), load.strange());
    assertTrue(load.refused() > 0, "nothing met the failovers");
    assertTrue(first.isRunning());
    loop.await(link::close);
  }

  @Test
  void allSentinelsMayBeDownForAWhile() {
    HeldLink link = open(config());
    redis.sentinels().forEach(RedisProcess::kill);
    assertEquals("PONG", ping(link));
    redis.primaries().get(0).command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
    awaitSet(link);
    redis.sentinels().forEach(redis::revive);
    redis.awaitWhole();
    redis.promoteReplica();
    awaitSet(link);
    assertEquals("v", redis.primary().ask("GET", "k"));
    loop.await(link::close);
  }

  @Test
  void aSentinelThatIsBehindIsNotFollowed() {
    HeldLink link = open(config());
    RedisProcess behind = redis.sentinels().get(0);
    behind.freeze();
    RedisProcess promoted = redis.promoteReplica(redis.sentinels().get(1));
    EventLoop.until("the one before follows", () -> redis.primaries().equals(List.of(promoted)));
    awaitSet(link);
    behind.thaw();
    assertEquals("PONG", ping(link));
    redis.awaitWhole();
    assertEquals("v", redis.primary().ask("GET", "k"));
    loop.await(link::close);
  }

  @Test
  void aFrozenPrimaryIsLeftForThePromotedOne() {
    HeldLink link = open(config());
    RedisProcess frozen = redis.primary();
    frozen.freeze();
    RedisProcess promoted = redis.awaitSuccessor(frozen);
    awaitSet(link);
    assertEquals("v", promoted.ask("GET", "k"));
    frozen.thaw();
    redis.awaitWhole();
    assertEquals("PONG", ping(link));
    loop.await(link::close);
  }

  @Test
  void aStartThatCannotWorkSaysWhyInOneLine() {
    SentinelConfig good = new SentinelConfig(RedisSentinels.MASTER, SECRET);
    refused(
        "redis.sentinel.master: other is known to no Sentinel",
        config(redis.urls(), new SentinelConfig("other", SECRET), PATIENCE_MS));
    refused(
        "user or password is wrong (redis.sentinel.password)",
        config(redis.urls(), new SentinelConfig(RedisSentinels.MASTER, "wrong"), START_MS_MAX));
    refused(
        "a password is needed (expected: in redis.sentinel.password)",
        config(redis.urls(), new SentinelConfig(RedisSentinels.MASTER, null), START_MS_MAX));
    refused(
        "user or password is wrong (redis.urls)",
        config(redis.urls().replace(redis.password(), "wrong"), good, PATIENCE_MS));
    refused("0 of 1 Sentinels answer", config("redis://127.0.0.1:1", good, SOON_MS));
  }

  private void refused(String why, RedisConfig config) {
    RedisStartException refusal = assertThrows(RedisStartException.class, () -> open(config));
    String line = String.valueOf(refusal.getMessage());
    assertTrue(line.contains(why), line);
    assertFalse(line.contains("\n") || line.contains(redis.password()), line);
  }

  @Test
  void itsConnectionsAreOneToEachSentinelAndOneToThePrimary() {
    HeldLink link = open(config());
    assertEquals(1, redis.primary().gatewayConnections());
    for (RedisProcess sentinel : redis.sentinels()) {
      // The start awaits two of three.
      EventLoop.until("connected", () -> sentinel.gatewayConnections() > 0);
      assertEquals(1, sentinel.gatewayConnections());
    }
    assertEquals(4, all().mapToLong(RedisProcess::gatewayConnections).sum());
    loop.await(link::close);
    for (RedisProcess sentinel : redis.sentinels()) {
      EventLoop.until("closed", () -> sentinel.gatewayConnections() == 0);
    }
  }
}
