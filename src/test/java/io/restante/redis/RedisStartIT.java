package io.restante.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.restante.redis.RedisConfig.Durability;
import io.restante.redis.RedisConfig.Mode;
import io.restante.testing.EventLoop;
import io.restante.testing.RedisProcess;
import io.restante.testing.RedisServerExtension;
import io.restante.testing.RespSocket;
import io.restante.testing.TlsFiles;
import io.restante.testing.TlsRelay;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedisStartIT {
  private static final Set<Durability> FSYNC = Set.of(Durability.FSYNC);

  /** For what works, or is refused at once, be it that the machine stands still. */
  private static final int PATIENCE_MS = 10_000;

  /** For what is tried again until then, and fails for the same reason each time. */
  private static final int SOON_MS = 100;

  /** Of which it says that it loads after each 1,024. */
  private static final int KEYS_LOADED = 1 << 16;

  /** A port at which nobody listens. */
  private static final int NOBODY = 1;

  @RegisterExtension static final RedisServerExtension redis = new RedisServerExtension();

  @TempDir Path temp;
  private final EventLoop loop = new EventLoop();

  @AfterEach
  void close() {
    loop.close();
  }

  private RedisUrl url(@Nullable String user, @Nullable String password, int database) {
    return new RedisUrl("127.0.0.1", redis.process().port(), false, user, password, database);
  }

  private static RedisConfig config(
      RedisUrl url, Set<Durability> durability, @Nullable Path ca, int startTimeoutMs) {
    return new RedisConfig(
        Mode.STANDALONE,
        List.of(url),
        ca,
        Path.of("data"),
        durability,
        PATIENCE_MS,
        64,
        1L << 20,
        20,
        100,
        startTimeoutMs,
        ReplicationConfig.DEFAULT,
        SentinelConfig.DEFAULT,
        8);
  }

  private HeldRedisLink open(RedisConfig config) {
    return loop.await(() -> HeldRedisLink.open(loop.vertx(), config, RedisMetrics.none()));
  }

  private String refusal(RedisUrl url, Set<Durability> durability) {
    return refusal(config(url, durability, null, PATIENCE_MS));
  }

  private String refusal(RedisConfig config) {
    RedisUrl url = config.url();
    RedisStartException refused = assertThrows(RedisStartException.class, () -> open(config));
    String line = String.valueOf(refused.getMessage());
    assertTrue(line.startsWith("redis at 127.0.0.1:" + url.port() + ": "), line);
    assertFalse(line.contains("\n"), line);
    assertFalse(line.contains(redis.process().password()), line);
    return line;
  }

  @Test
  void aWrongOrMissingLoginIsToldAtOnce() {
    assertTrue(refusal(url(null, "wrong", 0), FSYNC).contains("password is wrong"));
    assertTrue(refusal(url("nobody", "wrong", 0), FSYNC).contains("password is wrong"));
    assertTrue(refusal(url(null, null, 0), FSYNC).contains("a password is needed"));
  }

  @Test
  void aUserOfAnAccessListIsTaken() {
    redis.command("ACL", "SETUSER", "gateway", "on", ">secret", "~*", "&*", "+@all");
    loop.await(open(config(url("gateway", "secret", 0), FSYNC, null, PATIENCE_MS))::close);
  }

  @Test
  void fsyncIsRefusedWhereConfigIsForbiddenAndNoneIsNot() {
    redis.command("ACL", "SETUSER", "managed", "on", ">secret", "~*", "&*", "+@all", "-config");
    assertTrue(refusal(url("managed", "secret", 0), FSYNC).contains("may not run CONFIG GET"));
    loop.await(open(config(url("managed", "secret", 0), Set.of(), null, PATIENCE_MS))::close);
    redis.command("ACL", "SETUSER", "blind", "on", ">secret", "~*", "&*", "+@all", "-info");
    assertTrue(refusal(url("blind", "secret", 0), Set.of()).contains("may not run INFO"));
  }

  @Test
  void theDatabaseOfTheUrlIsUsed() {
    HeldRedisLink link =
        open(config(url(null, redis.process().password(), 5), FSYNC, null, PATIENCE_MS));
    loop.await(() -> link.send("k", Request.cmd(Command.SET).arg("k").arg("v")));
    // Newer ones say more behind it.
    assertTrue(keyspace().startsWith("db5:keys=1,"), keyspace());
    loop.await(link::close);
    assertTrue(
        refusal(url(null, redis.process().password(), 99), FSYNC).contains("no database 99"));
  }

  private static String keyspace() {
    return String.valueOf(redis.command("INFO", "keyspace"))
        .lines()
        .filter(line -> line.startsWith("db"))
        .findFirst()
        .orElse("");
  }

  @ParameterizedTest
  @CsvSource({
    "appendfsync,everysec,always",
    "appendonly,no,yes",
    "no-appendfsync-on-rewrite,yes,no",
    "maxmemory-policy,allkeys-lru,noeviction"
  })
  void aRedisThatIsNotDurableAsConfiguredIsRefused(String name, String bad, String good) {
    redis.command("CONFIG", "SET", name, bad);
    try {
      String line = refusal(url(null, redis.process().password(), 0), FSYNC);
      assertTrue(line.contains(name + " is " + bad + " (expected: " + good), line);
    } finally {
      redis.command("CONFIG", "SET", name, good);
    }
  }

  @Test
  void aRedisThatIsNotReachedFailsTheStartInItsTime() {
    RedisUrl closed = new RedisUrl("127.0.0.1", NOBODY, false, null, null, 0);
    // That it ends at all is what the time is for.
    assertTrue(refusal(config(closed, FSYNC, null, SOON_MS)).contains("refused"));
  }

  @Test
  void aRedisThatLoadsItsDataIsAwaitedLongerThanOneThatIsNotReached() {
    MeteredRedis metrics = new MeteredRedis(new SimpleMeterRegistry());
    try (RedisProcess slow = new RedisProcess().start()) {
      slow.command(
          "EVAL", "for i = 1, " + KEYS_LOADED + " do redis.call('SET', 'k' .. i, i) end", 0);
      slow.stop();
      // It answers after each 1,024 commands that it has read.
      CompletableFuture<RedisProcess> restart =
          CompletableFuture.supplyAsync(slow.setting("key-load-delay", "300")::start);
      EventLoop.until("it loads", () -> isLoading(slow));
      RedisConfig config = config(RedisUrl.parse(slow.url()), FSYNC, null, SOON_MS);
      CompletableFuture<HeldRedisLink> opened =
          CompletableFuture.supplyAsync(
              () -> loop.await(() -> HeldRedisLink.open(loop.vertx(), config, metrics)));
      EventLoop.until("the link knows", metrics::isLoading);
      // Which would take twenty seconds more.
      loadAtOnce(slow);
      HeldRedisLink link = opened.join();
      assertFalse(metrics.isLoading());
      restart.join();
      loop.await(link::close);
    }
  }

  private static void loadAtOnce(RedisProcess process) {
    try (RespSocket socket = process.connect()) {
      socket.command("CONFIG", "SET", "key-load-delay", 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isLoading(RedisProcess process) {
    try (RespSocket socket = new RespSocket(process.port())) {
      socket.command("AUTH", process.password());
      return String.valueOf(socket.command("INFO", "persistence")).contains("\nloading:1");
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void aRedisThatDoesNotSpeakTlsIsToldSo() {
    RedisUrl tls = new RedisUrl("127.0.0.1", redis.process().port(), true, null, null, 0);
    // An attempt takes 3 s then.
    RedisConfig config = config(tls, FSYNC, null, SOON_MS).withLimits(SOON_MS, 64);
    assertTrue(refusal(config).contains("no answer to TLS, which rediss:// asks for"));
  }

  @Test
  void aReplicaIsNotUsed() {
    redis.command("REPLICAOF", "127.0.0.1", "1");
    try {
      assertTrue(
          refusal(config(url(null, redis.process().password(), 0), FSYNC, null, SOON_MS))
              .contains("role is slave"));
    } finally {
      redis.command("REPLICAOF", "NO", "ONE");
    }
  }

  @Test
  void aPrimaryThatBecomesAReplicaIsLeftAndTakenAgain() {
    HeldRedisLink link = open(config(RedisUrl.parse(redis.urls()), FSYNC, null, PATIENCE_MS));
    redis.command("REPLICAOF", "127.0.0.1", "1");
    try {
      assertThrows(
          RuntimeException.class,
          () -> loop.await(() -> link.send("k", Request.cmd(Command.SET).arg("k").arg("v"))));
      assertFalse(loop.call(() -> link.isUsable()));
    } finally {
      redis.command("REPLICAOF", "NO", "ONE");
    }
    EventLoop.until("usable", () -> loop.call(() -> link.isUsable()));
    loop.await(link::close);
  }

  @Test
  void durabilityLostLaterKeepsTheLinkUnusableUntilItIsBack() {
    HeldRedisLink link = open(config(RedisUrl.parse(redis.urls()), FSYNC, null, PATIENCE_MS));
    redis.command("CONFIG", "SET", "appendfsync", "everysec");
    redis.command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
    EventLoop.until("left", () -> !loop.call(() -> link.isUsable()));
    assertThrows(
        RuntimeException.class, () -> loop.await(() -> link.send("k", Request.cmd(Command.PING))));
    redis.command("CONFIG", "SET", "appendfsync", "always");
    EventLoop.until("usable", () -> loop.call(() -> link.isUsable()));
    loop.await(link::close);
  }

  @Test
  void tlsIsSpokenWithAnAuthorityOfTheOperatorAndRefusedWithoutIt() {
    TlsFiles files = TlsFiles.make(temp);
    int port = new TlsRelay(loop.vertx(), files, redis.process().port()).port();
    String password = redis.process().password();
    RedisUrl url = new RedisUrl("127.0.0.1", port, true, null, password, 0);
    HeldRedisLink link = open(config(url, FSYNC, files.ca(), PATIENCE_MS));
    assertEquals(
        "PONG", String.valueOf(loop.await(() -> link.send("k", Request.cmd(Command.PING)))));
    loop.await(link::close);
    assertTrue(
        refusal(config(url, FSYNC, null, SOON_MS))
            .contains("unable to find valid certification path"));
    RedisUrl otherName = new RedisUrl("127.0.0.2", port, true, null, password, 0);
    RedisConfig config = config(otherName, FSYNC, files.ca(), SOON_MS);
    assertThrows(RedisStartException.class, () -> open(config));
  }
}
