package io.restante.bench;

import io.restante.GatewayConfigs;
import io.restante.bench.FloorServer.Client;
import io.restante.prekey.PrekeyConfig;
import io.restante.redis.HeldRedisLink;
import io.restante.redis.RedisConfig;
import io.restante.redis.RedisMetrics;
import io.restante.redis.RedisUrl;
import io.restante.testing.Program;
import io.restante.testing.RedisProcess;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One Redis with accounts in it, the gateway and the floors on it, each a process of its own, and
 * the event loop of the load.
 */
final class Stage implements AutoCloseable {
  private static final int STARTS_MAX = 5;
  private static final int OPEN_CONNECTIONS = 256;
  private static final int LOADING_TIMEOUT_MS = 60_000;
  private static final PrekeyConfig PREKEYS =
      GatewayConfigs.of(Map.of("prekey.reserve", "0")).prekey();

  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final RedisProcess redis = new RedisProcess();
  private final BenchPlan plan;
  private final List<Side> sides = new ArrayList<>();
  private final Population population;
  private int claimsLeft;
  private int claimed;

  /** Starts Redis and fills it. */
  Stage(BenchPlan plan) {
    this.plan = plan;
    if (plan.durability.equals("none")) {
      redis.setting("appendonly", "no");
    }
    redis.start();
    RedisConfig config =
        RedisConfig.standalone(RedisUrl.parse(redis.url()), Set.of())
            .withLimits(LOADING_TIMEOUT_MS, RedisConfig.IN_FLIGHT_MAX);
    HeldRedisLink link = await(() -> HeldRedisLink.open(vertx, config, RedisMetrics.none()));
    population = new Population(vertx, link, PREKEYS, plan.ecKeys, plan.kemKeys);
    await(() -> population.growTo(plan.targets));
    claimsLeft = population.accounts().size() * plan.ecKeys;
  }

  RedisProcess redis() {
    return redis;
  }

  List<Side> sides() {
    return sides;
  }

  /** Starts the gateway with everything on. */
  Side startGateway() {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "http.port=0",
                "management.port=0",
                "redis.mode=standalone",
                "redis.urls=" + redis.url(),
                "redis.durability=" + plan.durability,
                "redis.timeout-ms=10000",
                "limits.caller-burst=10000",
                "limits.caller-per-hour=360000",
                "limits.device-burst=10000",
                "limits.device-per-hour=360000",
                "registration.mode=open",
                "log.level=warn"));
    settings.addAll(plan.settings);
    List<String> args = new ArrayList<>(List.of("serve"));
    settings.forEach(setting -> args.addAll(List.of("--set", setting)));
    for (int i = 1; ; i++) {
      try {
        return start("gateway", Program.jar(args.toArray(String[]::new)));
      } catch (IllegalStateException e) {
        // A gateway gives up where it is not ready in time, which on a busy machine it is not.
        if (i == STARTS_MAX) {
          throw e;
        }
      }
    }
  }

  /** Starts a floor whose bodies are of this size. */
  Side startFloor(Client client, int bodyBytes) {
    String name = "floor, " + client.name().toLowerCase(Locale.ROOT) + " client";
    String type = FloorServer.class.getName();
    return start(name, Program.type(type, redis.url(), client.name(), Integer.toString(bodyBytes)));
  }

  private Side start(String name, Program program) {
    Side side = Side.awaiting(name, program);
    sides.add(side);
    return side;
  }

  /** Makes more accounts, until there are so many, and fills all pools. */
  void growTo(int count) {
    refill();
    await(() -> population.growTo(count));
    claimsLeft = count * plan.ecKeys;
  }

  /** Fills all pools anew. */
  void refill() {
    await(population::refill);
    claimsLeft = population.accounts().size() * plan.ecKeys;
  }

  private void provide(int claims) {
    if (claims > claimsLeft) {
      refill();
    }
    claimsLeft -= claims;
  }

  /** One-time keys in all pools. */
  long waitingKeys() {
    return await(population::waitingKeys);
  }

  /** Measures a server in the closed model, out of pools that hold enough. */
  Reading closed(Side side, int claims) {
    provide(claims);
    return measure(side, plan.connections, load -> load.closed(claims));
  }

  /** The same in the open model. */
  Reading open(Side side, int claims) {
    provide(claims);
    return measure(side, OPEN_CONNECTIONS, load -> load.open(claims, plan.perSecond));
  }

  private Reading measure(Side side, int connections, Function<Load, Future<Load.Outcome>> run) {
    Claims claims = new Claims(population.accounts(), population.callers(plan.callers), claimed);
    Load load = await(() -> Load.connect(vertx, side.port(), connections, claims));
    long serverCpu = ProcessCpu.nanos(side.pid());
    long redisCpu = ProcessCpu.nanos(redis.pid());
    Load.Outcome outcome = await(() -> run.apply(load));
    claimed += outcome.answered() + outcome.refused();
    Reading reading =
        new Reading(
            outcome.answered(),
            outcome.refused(),
            outcome.bodyBytes(),
            outcome.nanos(),
            ProcessCpu.nanos(side.pid()) - serverCpu,
            ProcessCpu.nanos(redis.pid()) - redisCpu,
            outcome.latencyNanos());
    await(load::close);
    return reading;
  }

  private <T> T await(Supplier<Future<T>> step) {
    Promise<T> done = Promise.promise();
    context.runOnContext(go -> step.get().onComplete(done));
    try {
      return done.future().toCompletionStage().toCompletableFuture().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    sides.forEach(Side::close);
    await(vertx::close);
    redis.close();
  }
}
