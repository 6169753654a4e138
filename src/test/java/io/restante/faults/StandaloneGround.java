package io.restante.faults;

import io.restante.testing.RedisProcess;
import io.restante.testing.TcpRelay;
import io.restante.testing.TcpRelay.Way;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** One Redis with {@code fsync}, and a relay between it and each gateway. */
public final class StandaloneGround implements Ground {
  private static final int AWAY_MS_MAX = 500;

  /** Longer than {@code redis.timeout-ms}, so that some commands are given up. */
  private static final int FROZEN_MS_MAX = 3_000;

  private final RedisProcess redis = new RedisProcess().start();
  private final List<TcpRelay> relays;

  /** With a relay for each of so many gateways. */
  public StandaloneGround(int gateways) {
    relays = IntStream.range(0, gateways).mapToObj(i -> new TcpRelay(redis.port())).toList();
  }

  @Override
  public Map<String, String> settings(int gateway) {
    String url = "redis://:" + redis.password() + "@127.0.0.1:" + relays.get(gateway).port();
    return Map.of("redis.mode", "standalone", "redis.urls", url, "redis.durability", "fsync");
  }

  @Override
  public List<RedisProcess> nodes() {
    return List.of(redis);
  }

  @Override
  public Set<Integer> ports() {
    return relays.stream().map(TcpRelay::port).collect(Collectors.toSet());
  }

  @Override
  public void plays(Collection<String> accounts) {
    // Whatever befalls it befalls all.
  }

  @Override
  public List<Fault> faults() {
    return List.of(this::killed, this::killedAtAByte, this::frozen, this::cutAtAByte, this::deaf);
  }

  @Override
  public Fault crash() {
    return this::killedAtAByte;
  }

  private String killed(Random random, Curtain curtain) {
    int awayMs = random.nextInt(AWAY_MS_MAX);
    redis.kill();
    // At once, and not when each thread of a relay meets its end.
    relays.forEach(TcpRelay::cut);
    curtain.pause(awayMs);
    redis.start();
    return "Redis killed, away for " + awayMs + " ms";
  }

  private String killedAtAByte(Random random, Curtain curtain) {
    int gateway = random.nextInt(relays.size());
    Way way = random.nextBoolean() ? Way.UP : Way.DOWN;
    int bytes = Snare.bytes(random);
    boolean killed = Snare.catches(relays.get(gateway), way, bytes, redis::kill);
    if (killed) {
      relays.forEach(TcpRelay::cut);
      redis.start();
    }
    return "Redis " + (killed ? "" : "not ") + "killed " + at(gateway, way, bytes);
  }

  private static String at(int gateway, Way way, int bytes) {
    return "after byte " + bytes + ' ' + way + " of gateway " + gateway;
  }

  private String frozen(Random random, Curtain curtain) {
    int frozenMs = random.nextInt(FROZEN_MS_MAX);
    redis.freeze();
    curtain.pause(frozenMs);
    redis.thaw();
    return "Redis frozen for " + frozenMs + " ms";
  }

  private String cutAtAByte(Random random, Curtain curtain) {
    int gateway = random.nextInt(relays.size());
    Way way = random.nextBoolean() ? Way.UP : Way.DOWN;
    int bytes = Snare.bytes(random);
    TcpRelay relay = relays.get(gateway);
    boolean cut = Snare.catches(relay, way, bytes, relay::cut);
    return "connections to Redis " + (cut ? "" : "not ") + "cut " + at(gateway, way, bytes);
  }

  private String deaf(Random random, Curtain curtain) {
    int gateway = random.nextInt(relays.size());
    Set<Way> ways = random.nextBoolean() ? Set.of(Way.DOWN) : Set.of(Way.UP, Way.DOWN);
    int deafMs = random.nextInt(FROZEN_MS_MAX);
    relays.get(gateway).lose(ways);
    curtain.pause(deafMs);
    relays.get(gateway).heal();
    return "bytes " + ways + " of gateway " + gateway + " lost for " + deafMs + " ms";
  }

  @Override
  public boolean forgets() {
    return false;
  }

  @Override
  public void heal() {
    relays.forEach(TcpRelay::heal);
  }

  @Override
  public void close() {
    relays.forEach(TcpRelay::close);
    redis.close();
  }
}
