package io.restante.bench;

import io.restante.bench.FloorServer.Client;
import io.restante.testing.EventLoop;
import io.restante.testing.Program;
import io.restante.testing.RedisProcess;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Function;

/**
 * One Redis with accounts in it, the gateway and the floors on it, each a process of its own, and
 * the event loop of the load.
 */
final class Stage implements AutoCloseable {
  private static final int OPEN_CONNECTIONS = 256;

  private final EventLoop loop = EventLoop.patient();
  private final RedisProcess redis = new RedisProcess();
  private final BenchPlan plan;
  private final List<Side> sides = new ArrayList<>();
  private final Population population;
  private List<UUID> targets;
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
    targets = population.accounts();
    claimsLeft = targets.size() * plan.ecKeys;
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

  /** Makes more accounts, until there are so many. */
  void growTo(int count) {
    loop.await(() -> population.growTo(count));
  }

  /** From now on claims are from so many devices, which lie all over the accounts; fills them. */
  void claimFrom(int devices) {
    targets = population.spread(devices);
    refill();
  }

  /** Fills the pools of all devices that claims are from. */
  void refill() {
    loop.await(() -> population.refill(targets));
    claimsLeft = targets.size() * plan.ecKeys;
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
    Claims claims = new Claims(targets, population.callers(plan.callers), claimed);
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
