package io.restante.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.restante.redis.HeldLink;
import io.restante.redis.RedisMetrics;
import io.restante.testing.EventLoop;
import io.restante.testing.RedisServerExtension;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What gateways tell each other of the tokens they took, with {@code limit/debit.lua}. */
class SharedDebtsIT {
  private static final String KEY = "{a}:limit";
  private static final long HASH = 1;

  /** 40 at once; one comes back in 2 minutes, so none does while a test runs. */
  private static final Rate RATE = Rate.perHour(40, 30);

  private static final long REFILL_MS = 120_000;

  @RegisterExtension static final RedisServerExtension redis = new RedisServerExtension();

  private final EventLoop loop = new EventLoop();
  private final HeldLink link =
      loop.await(() -> HeldLink.open(loop.vertx(), redis.config(), RedisMetrics.none()));

  @AfterEach
  void close() {
    loop.await(link::close);
    loop.close();
  }

  /** One of several gateways: its own buckets, its own way to Redis. */
  private final class Node {
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final Budget budget = new Budget(RATE, 64, System.nanoTime());
    final SharedDebts debts =
        new SharedDebts(loop.vertx(), link, new LimitMeters(registry), System::nanoTime);

    /** Takes one token and tells of it where that is due. */
    private boolean take() {
      boolean taken = budget.take(HASH, System.nanoTime()) == 0;
      if (taken && budget.mustTell(HASH, System.nanoTime())) {
        debts.add(KEY, budget, HASH);
      }
      return taken;
    }

    /** Takes so many in one turn of the event loop: all of them before any is told. */
    int take(int times) {
      return loop.call(
          () -> {
            int taken = 0;
            for (int i = 0; i < times; i++) {
              taken += take() ? 1 : 0;
            }
            return taken;
          });
    }

    double count(String outcome) {
      return registry.get("restante.limit.debts").tag("outcome", outcome).counter().count();
    }

    void awaitTold(int flushes) {
      EventLoop.until("told", () -> count("told") + count("untold") >= flushes);
    }
  }

  private long debit(int tokens) {
    return loop.await(() -> new DebitScript(link).run(KEY, RATE, tokens));
  }

  @Test
  void theScriptAddsUpWhatComesBackInTime() {
    long one = debit(1);
    assertTrue(one <= REFILL_MS && one > REFILL_MS - 20_000, one + " ms");
    long six = debit(5);
    assertTrue(six <= 6 * REFILL_MS && six > 6 * REFILL_MS - 20_000, six + " ms");
    long ttl = ((Number) Objects.requireNonNull(redis.command("PTTL", KEY))).longValue();
    assertTrue(ttl > 0 && ttl <= six, ttl + " ms");
  }

  @Test
  void theScriptForgetsWhatHasComeBack() {
    redis.command("SET", KEY, 5);
    long one = debit(1);
    assertTrue(one <= REFILL_MS && one > REFILL_MS - 20_000, one + " ms");
  }

  @Test
  void anOrdinaryUseCostsNothingInRedis() {
    Node node = new Node();
    assertEquals(10, node.take(10));
    loop.await(() -> loop.vertx().timer(2 * SharedDebts.FLUSH_MS, TimeUnit.MILLISECONDS));
    assertNull(redis.command("GET", KEY));
    assertEquals(0, node.count("told"));
  }

  @Test
  void aBurstOfOneGatewayIsToldInOneCommand() {
    Node node = new Node();
    loop.call(() -> node.budget.isFull(HASH, System.nanoTime()));
    int taken = node.take(41);
    assertEquals(40, taken);
    node.awaitTold(1);
    long debtMs = debit(1);
    // 10 of the 40 are quiet, a quarter; 30 were told, and this one.
    assertTrue(debtMs <= 31 * REFILL_MS && debtMs > 30 * REFILL_MS, debtMs + " ms");
  }

  @Test
  void aGatewayThatAsksLaterHasWhatTheOtherLeft() {
    Node first = new Node();
    Node second = new Node();
    assertEquals(40, first.take(60));
    first.awaitTold(1);
    int before = second.take(11);
    assertEquals(11, before, "10 quiet ones, and one until it hears of the others");
    second.awaitTold(1);
    int after = second.take(60);
    assertEquals(9, after, "31 are told by now: 9 of 40 are left");
  }

  @Test
  void gatewaysThatCouldNotHearOfEachOtherStayWithinABurstEach() {
    Node first = new Node();
    Node second = new Node();
    int taken = 0;
    for (int i = 0; i < 100; i++) {
      taken += first.take(1) + second.take(1);
    }
    assertTrue(taken >= 40 && taken <= 80, taken + " of 2 bursts of 40");
    first.awaitTold(1);
    second.awaitTold(1);
    assertEquals(0, first.take(10) + second.take(10));
  }

  @Test
  void whatWasTakenTooMuchIsPaidBack() {
    debit(80);
    Node node = new Node();
    node.take(11);
    node.awaitTold(1);
    long waitMs = loop.call(() -> node.budget.take(HASH, System.nanoTime()));
    assertTrue(waitMs > 40 * REFILL_MS && waitMs <= 42 * REFILL_MS, waitMs + " ms");
  }

  @Test
  void aRedisThatIsAwayCostsTheTellingAndNothingElse() {
    Node node = new Node();
    redis.process().stop();
    try {
      assertEquals(40, node.take(50));
      node.awaitTold(1);
      assertEquals(0, node.count("told"));
    } finally {
      redis.process().start();
    }
  }

  @Test
  void tooManyBucketsAreCountedAndNotKept() {
    Node node = new Node();
    loop.call(
        () -> {
          for (int i = 0; i <= SharedDebts.BUCKETS_MAX; i++) {
            node.debts.add(KEY + i, node.budget, i);
          }
          return true;
        });
    assertEquals(1, node.count("untold"));
    node.awaitTold(SharedDebts.BUCKETS_MAX + 1);
    assertEquals(SharedDebts.BUCKETS_MAX, node.count("told"));
  }
}
