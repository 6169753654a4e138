package io.restante.bench;

import io.restante.bench.FloorServer.Client;
import io.restante.testing.Program;
import io.restante.testing.RedisProcess;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * One Redis with accounts in it, the gateway and the floors on it, each a process of its own, and
 * the event loop of the load.
 */
final class Stage implements AutoCloseable {
  private static final int OPEN_CONNECTIONS = 256;

  private final LoadLoop loop = new LoadLoop();
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
    population = Population.on(loop, redis.url(), plan.ecKeys, plan.kemKeys);
    loop.await(() -> population.growTo(plan.targets));
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
    return add(Side.gateway("gateway", List.of(), redis.url(), plan.durability, plan.settings));
  }

  /** Starts a floor whose bodies are of this size. */
  Side startFloor(Client client, int bodyBytes) {
    String name = "floor, " + client.name().toLowerCase(Locale.ROOT) + " client";
    String type = FloorServer.class.getName();
    return add(
        Side.awaiting(
            name, Program.type(type, redis.url(), client.name(), Integer.toString(bodyBytes))));
  }

  private Side add(Side side) {
    sides.add(side);
    return side;
  }

  /** Makes more accounts, until there are so many, and fills all pools. */
  void growTo(int count) {
    refill();
    loop.await(() -> population.growTo(count));
    claimsLeft = count * plan.ecKeys;
  }

  /** Fills all pools anew. */
  void refill() {
    loop.await(population::refill);
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
    return loop.await(population::waitingKeys);
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
    Load load = loop.await(() -> Load.connect(loop.vertx(), side.port(), connections, claims));
    long serverCpu = ProcessCpu.nanos(side.pid());
    long redisCpu = ProcessCpu.nanos(redis.pid());
    Load.Outcome outcome = loop.await(() -> run.apply(load));
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
    loop.await(load::close);
    return reading;
  }

  @Override
  public void close() {
    sides.forEach(Side::close);
    loop.close();
    redis.close();
  }
}
