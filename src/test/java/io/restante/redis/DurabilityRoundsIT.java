package io.restante.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.restante.redis.RedisConfig.Durability;
import io.restante.telemetry.Metric;
import io.restante.testing.EventLoop;
import io.restante.testing.RedisReplicas;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DurabilityRoundsIT {
  /** Where a replica is frozen. */
  private static final int PATIENCE_MS = 1_000;

  /** Where all follow, be it that the machine stands still for a while. */
  private static final int ALL_PATIENCE_MS = 10_000;

  /** For what is tried again until then, and fails for the same reason each time. */
  private static final int SOON_MS = 100;

  private static final RedisScript ECHO = RedisScript.load("test/echo");

  private final RedisReplicas redis = new RedisReplicas(2);
  private final EventLoop loop = new EventLoop();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final MeteredRedis metrics = new MeteredRedis(registry);
  private @Nullable HeldRedisLink link;

  private HeldRedisLink open(int replicas) {
    return open(replicas, ALL_PATIENCE_MS);
  }

  private HeldRedisLink open(int replicas, int patienceMs) {
    return open(config(replicas, patienceMs));
  }

  private RedisConfig config(int replicas, int patienceMs) {
    return redis
        .config(Durability.FSYNC, Durability.REPLICAS)
        .with(new ReplicationConfig(replicas, patienceMs, 0));
  }

  private HeldRedisLink open(RedisConfig config) {
    HeldRedisLink opened = loop.await(() -> HeldRedisLink.open(loop.vertx(), config, metrics));
    link = opened;
    return opened;
  }

  @BeforeEach
  void fill() {
    for (int i = 0; i < 500; i++) {
      redis.primary().command("RPUSH", "k", i);
    }
  }

  @AfterEach
  void close() {
    if (link != null) {
      loop.await(link::close);
    }
    loop.close();
    redis.close();
  }

  private Future<@Nullable Response> pop(HeldRedisLink over) {
    return over.send("k", Request.cmd(Command.LPOP).arg("k"));
  }

  private void awaitUsable(HeldRedisLink over) {
    EventLoop.until("usable", () -> loop.call(() -> over.isUsable()));
  }

  @Test
  void anAnswerMeansThatEveryReplicaHasTheWrite() {
    HeldRedisLink over = open(ReplicationConfig.ALL);
    for (int i = 0; i < 200; i++) {
      assertEquals(String.valueOf(i), String.valueOf(loop.await(() -> pop(over))));
    }
    redis.primary().kill();
    for (var replica : redis.replicas()) {
      assertEquals("200", replica.command("LINDEX", "k", 0));
    }
  }

  @Test
  void oneReplicaThatStandsStillMakesEveryWriteA503UntilItGoesOn() {
    HeldRedisLink over = open(ReplicationConfig.ALL, PATIENCE_MS);
    redis.replicas().get(1).freeze();
    GatewayException refused =
        assertThrows(GatewayException.class, () -> loop.await(() -> pop(over)));
    assertEquals(ErrorCode.REDIS_UNAVAILABLE, refused.code());
    assertFalse(loop.call(() -> over.isUsable()));
    assertNotNull(
        loop.await(() -> over.send("k", Request.cmd(Command.LINDEX).arg("k").arg(0))),
        "reads are not held back");
    assertThrows(
        GatewayException.class, () -> loop.await(() -> over.run(ECHO, List.of("k"), List.of("x"))));
    redis.replicas().get(1).thaw();
    awaitUsable(over);
    assertNextAfterBurned(over, 1);
  }

  /** Pops until it is answered, as the machine may stand still meanwhile. */
  private void assertNextAfterBurned(HeldRedisLink over, int burnedBefore) {
    AtomicInteger burned = new AtomicInteger(burnedBefore);
    EventLoop.until(
        "a pop is answered",
        () -> {
          Optional<String> popped = answered(() -> pop(over).map(entry -> String.valueOf(entry)));
          popped.ifPresentOrElse(
              entry -> assertEquals(String.valueOf(burned.get()), entry), burned::incrementAndGet);
          return popped.isPresent();
        });
  }

  @Test
  void aReplicaThatComesLaterIsWaitedForAlsoWhereNothingIsPopped() {
    redis.cutOff(1);
    redis.awaitFollowing(1);
    HeldRedisLink over = open(ReplicationConfig.ALL, PATIENCE_MS);
    awaitEcho(over);
    redis.rejoin(1);
    redis.awaitFollowing(2);
    redis.replicas().get(1).freeze();
    assertEquals(Optional.empty(), echo(over), "the next round wants it already");
    redis.replicas().get(1).thaw();
    awaitUsable(over);
    awaitEcho(over);
  }

  /** Until there is an answer, as the machine may stand still meanwhile. */
  private void awaitEcho(HeldRedisLink over) {
    EventLoop.until("it is answered", () -> echo(over).equals(Optional.of("x")));
  }

  /** Runs a script, which may have written; nothing where it is not answered. */
  private Optional<String> echo(HeldRedisLink over) {
    return answered(
        () -> over.run(ECHO, List.of("k"), List.of("x")).map(reply -> String.valueOf(reply)));
  }

  private Optional<String> answered(Supplier<Future<String>> step) {
    try {
      return Optional.of(loop.await(step));
    } catch (GatewayException e) {
      return Optional.empty();
    }
  }

  @Test
  void asManyReplicasAsAreNamedAreEnough() {
    HeldRedisLink over = open(1);
    redis.replicas().get(0).freeze();
    assertEquals("0", String.valueOf(loop.await(() -> pop(over))));
    redis.replicas().get(0).thaw();
  }

  @Test
  void allAnswersOfATurnShareARound() {
    HeldRedisLink over = open(ReplicationConfig.ALL);
    double before = rounds("reached");
    loop.await(
        () -> {
          List<Future<?>> all = new ArrayList<>();
          for (int i = 0; i < 400; i++) {
            all.add(pop(over));
          }
          return Future.all(all);
        });
    double took = rounds("reached") - before;
    assertTrue(took <= 40, took + " rounds for 400 answers");
    assertEquals(
        400,
        registry
            .get(Metric.REPLICA_ANSWERS.meterName())
            .tag("outcome", "covered")
            .counter()
            .count());
  }

  private double rounds(String outcome) {
    return registry.get(Metric.REPLICA_ROUNDS.meterName()).tag("outcome", outcome).timer().count();
  }

  @Test
  void whoeverWaitsFailsWithTheConnectionOfTheRounds() {
    HeldRedisLink over = open(ReplicationConfig.ALL);
    redis.replicas().get(0).freeze();
    Future<@Nullable Response> popped = loop.call(() -> pop(over));
    AtomicReference<@Nullable String> waiter = new AtomicReference<>();
    EventLoop.until(
        "a round is under way",
        () -> {
          waiter.set(waiter());
          return waiter.get() != null;
        });
    redis.primary().command("CLIENT", "KILL", "ID", Objects.requireNonNull(waiter.get()));
    assertThrows(GatewayException.class, () -> EventLoop.result(popped));
    redis.replicas().get(0).thaw();
    awaitUsable(over);
    assertEquals("1", String.valueOf(loop.await(() -> pop(over))));
  }

  private @Nullable String waiter() {
    return String.valueOf(redis.primary().command("CLIENT", "LIST"))
        .lines()
        .filter(line -> line.contains("cmd=wait"))
        .map(line -> line.substring("id=".length(), line.indexOf(' ')))
        .findFirst()
        .orElse(null);
  }

  @Test
  void aPrimaryThatNobodyFollowsIsNotUsedAndSaysWhy() {
    redis.cutOff(0);
    redis.cutOff(1);
    redis.awaitFollowing(0);
    RuntimeException refused =
        assertThrows(
            RuntimeException.class,
            () -> open(config(ReplicationConfig.ALL, ALL_PATIENCE_MS).withStartTimeout(SOON_MS)));
    String why = String.valueOf(refused.getMessage());
    assertTrue(
        why.endsWith(
            "replicas connected: 0 (expected: 1 or more, as redis.durability has replicas)"),
        why);
  }

  @Test
  void anotherRunOfThePrimaryIsProvedAnewBeforeItIsUsed() {
    HeldRedisLink over = open(ReplicationConfig.ALL);
    assertEquals("0", String.valueOf(loop.await(() -> pop(over))));
    redis.primary().kill();
    EventLoop.until("noticed", () -> !loop.call(() -> over.isUsable()));
    redis.primary().start();
    // A second replica that comes later is expected at once, and holds rounds up until it follows.
    redis.awaitFollowing(redis.replicas().size());
    awaitUsable(over);
    assertEquals("1", String.valueOf(loop.await(() -> pop(over))));
  }
}
