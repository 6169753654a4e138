package io.restante.bench.idle;

import io.restante.bench.Population;
import io.restante.bench.Side;
import io.restante.testing.EventLoop;
import io.restante.testing.RedisProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** One Redis with accounts in it, gateways on it, and the event loop of the trickle. */
final class IdleStage implements AutoCloseable {
  /** Accounts with keys, for the trickle; they have no sockets. */
  private static final int TRICKLE_ACCOUNTS = 50;

  private static final int TRICKLE_KEYS = 100;

  private final IdlePlan plan;
  private final EventLoop loop = EventLoop.patient();
  private final RedisProcess redis = new RedisProcess();
  private final List<UUID> trickleAccounts;
  private final Path accounts;

  /** Starts Redis and fills it. */
  IdleStage(IdlePlan plan) {
    this.plan = plan;
    redis.setting("appendonly", "no").start();
    Population population = Population.on(loop, redis.url(), TRICKLE_KEYS, TRICKLE_KEYS);
    loop.await(() -> population.growTo(TRICKLE_ACCOUNTS));
    trickleAccounts = List.copyOf(population.accounts());
    int sockets = Math.max(plan.gateways * plan.largest(), Math.max(2 * plan.storm, plan.warmup));
    loop.await(() -> population.growWithoutKeysTo(TRICKLE_ACCOUNTS + sockets));
    try {
      accounts = Files.createTempFile("restante-accounts", "");
      accounts.toFile().deleteOnExit();
      Files.write(
          accounts,
          population.accounts().stream().skip(TRICKLE_ACCOUNTS).map(UUID::toString).toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  IdlePlan plan() {
    return plan;
  }

  EventLoop loop() {
    return loop;
  }

  RedisProcess redis() {
    return redis;
  }

  List<UUID> trickleAccounts() {
    return trickleAccounts;
  }

  Side startGateway() {
    return Side.gateway("gateway", plan.jvm(), redis.url(), "none", plan.settings);
  }

  /** Devices that stay with one gateway, from an address of their own. */
  Crowd crowd(int from, int count, int address, Side to) {
    return start(from, count, address, to, plan.keepaliveSeconds, 0, 0);
  }

  /** The first devices, which keep alive every second. */
  Crowd busyCrowd(int count, int address, Side to) {
    return start(0, count, address, to, 1, 0, 0);
  }

  /** Devices that go to the other one when theirs ends. */
  Crowd crowd(int from, int count, int address, Side to, Side then, int jitterMs) {
    return start(from, count, address, to, plan.keepaliveSeconds, then.port(), jitterMs);
  }

  private Crowd start(
      int from, int count, int address, Side to, int keepaliveSeconds, int thenPort, int jitterMs) {
    return Crowd.start(
        count,
        List.of(
            "--accounts=" + accounts,
            "--from=" + from,
            "--count=" + count,
            "--source=127.0.0." + address,
            "--port=" + to.port(),
            "--then=" + thenPort,
            "--jitter=" + jitterMs,
            "--connecting=" + plan.connecting,
            "--keepalive=" + keepaliveSeconds));
  }

  /** Lets time pass. */
  void rest(int seconds) {
    loop.await(() -> loop.vertx().timer(1 + 1_000L * seconds, TimeUnit.MILLISECONDS));
  }

  @Override
  public void close() {
    loop.close();
    redis.close();
  }
}
