package io.restante.redis;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.restante.redis.RedisConfig.Durability;
import io.restante.telemetry.Metric;
import io.restante.testing.EventLoop;
import io.restante.testing.RedisProcess;
import io.restante.testing.RedisReplicas;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/**
 * What waiting for replicas costs: the Redis part of claims ({@code LPOP} of two pools and an
 * {@code HMGET}, in one tick), without and with rounds, on one primary with two replicas, in turns.
 * {@code -Drestante.rounds.slices=20} makes a measurement of it; {@code docs/durability.md} has
 * one. What is asserted is what makes them cheap on any machine: that a round is for many.
 */
class RoundsThroughputIT {
  private static final int SLICES = Integer.getInteger("restante.rounds.slices", 1);
  private static final int SLICE_MS = 500;
  private static final int CALLERS = 256;
  private static final int POOL = 60_000;

  private static final String EC = "{a}:pool:aci:ec:1";
  private static final String KEM = "{a}:pool:aci:kem:1";

  /** Both pops of most callers wait for the same round. */
  private static final double ANSWERS_PER_ROUND_MIN = CALLERS / 8.0;

  private static final ReplicationConfig PATIENT =
      new ReplicationConfig(ReplicationConfig.ALL, 10_000, 0);

  private static final String FILL =
      "redis.call('DEL', KEYS[1]) local t = {} for i = 1, 1000 do t[i] = '"
          + "k".repeat(35)
          + "' end for i = 1, ARGV[1] / 1000 do redis.call('RPUSH', KEYS[1], unpack(t)) end";

  @Test
  void aRoundIsForManyOfThoseWhoWait() {
    try (RedisReplicas redis = new RedisReplicas(2);
        EventLoop loop = new EventLoop()) {
      switchDiskOff(redis);
      SimpleMeterRegistry registry = new SimpleMeterRegistry();
      HeldRedisLink without = open(loop, redis.config(), RedisMetrics.none());
      HeldRedisLink with =
          open(loop, redis.config(Durability.REPLICAS).with(PATIENT), new MeteredRedis(registry));
      redis.primary().command("HSET", "keys", "epoch", 1, "identity", "i".repeat(33));
      slice(redis, loop, without);
      slice(redis, loop, with);
      List<Figures> none = new ArrayList<>();
      List<Figures> replicas = new ArrayList<>();
      for (int i = 0; i < SLICES; i++) {
        none.add(slice(redis, loop, without));
        replicas.add(slice(redis, loop, with));
      }
      double ratio = median(replicas, Figures::rate) / median(none, Figures::rate);
      System.out.println(
          String.format(
              Locale.ROOT,
              "%d callers, %d slices of %d ms: none %.0f claims/s, %.1f us of Redis each;"
                  + " replicas %.0f (%.2f), %.1f us",
              CALLERS,
              SLICES,
              SLICE_MS,
              median(none, Figures::rate),
              median(none, Figures::redisMicros),
              median(replicas, Figures::rate),
              ratio,
              median(replicas, Figures::redisMicros)));
      double perRound = answersPerRound(registry);
      System.out.printf(Locale.ROOT, "%.0f answers a round%n", perRound);
      assertTrue(perRound >= ANSWERS_PER_ROUND_MIN, perRound + " answers a round");
      loop.await(without::close);
      loop.await(with::close);
    }
  }

  private static void switchDiskOff(RedisReplicas redis) {
    List<RedisProcess> all = new ArrayList<>(redis.replicas());
    all.add(redis.primary());
    all.forEach(each -> each.command("CONFIG", "SET", "appendonly", "no"));
  }

  private static HeldRedisLink open(EventLoop loop, RedisConfig config, RedisMetrics metrics) {
    return loop.await(() -> HeldRedisLink.open(loop.vertx(), config, metrics));
  }

  private static double answersPerRound(SimpleMeterRegistry registry) {
    return registry
            .get(Metric.REPLICA_ANSWERS.meterName())
            .tag("outcome", "covered")
            .counter()
            .count()
        / registry.get(Metric.REPLICA_ROUNDS.meterName()).tag("outcome", "reached").timer().count();
  }

  private static Figures slice(RedisReplicas redis, EventLoop loop, HeldRedisLink link) {
    redis.primary().command("EVAL", FILL, 1, EC, POOL);
    redis.primary().command("EVAL", FILL, 1, KEM, POOL);
    redis.primary().command("WAIT", 2, 10_000);
    double before = cpuSeconds(redis.primary());
    long begun = System.nanoTime();
    int claims = loop.await(() -> new Slice(link).run());
    double seconds = (System.nanoTime() - begun) / 1e9;
    double cpu = cpuSeconds(redis.primary()) - before;
    return new Figures(claims / seconds, cpu * 1e6 / claims);
  }

  /** Claims per second, and CPU of the primary for each. */
  private record Figures(double rate, double redisMicros) {}

  private static double cpuSeconds(RedisProcess process) {
    return String.valueOf(process.command("INFO", "cpu"))
        .lines()
        .filter(line -> line.matches("used_cpu_(sys|user):.*"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(':') + 1).trim()))
        .sum();
  }

  private static double median(List<Figures> slices, ToDoubleFunction<Figures> figure) {
    double[] sorted = slices.stream().mapToDouble(figure).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  /** So many callers, each of which asks again as soon as it is answered. */
  private static final class Slice {
    private final HeldRedisLink link;
    private final long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SLICE_MS);
    private final Promise<Integer> done = Promise.promise();
    private int claims;
    private int callers = CALLERS;

    Slice(HeldRedisLink link) {
      this.link = link;
    }

    Future<Integer> run() {
      for (int i = 0; i < CALLERS; i++) {
        next();
      }
      return done.future();
    }

    private void next() {
      Future.all(
              link.send(EC, Request.cmd(Command.LPOP).arg(EC)),
              link.send(KEM, Request.cmd(Command.LPOP).arg(KEM)),
              link.send(
                  "keys", Request.cmd(Command.HMGET).arg("keys").arg("epoch").arg("identity")))
          .onComplete(
              all -> {
                if (all.failed()) {
                  done.tryFail(all.cause());
                  return;
                }
                claims++;
                if (System.nanoTime() < end) {
                  next();
                } else if (--callers == 0) {
                  done.tryComplete(claims);
                }
              });
    }
  }
}
