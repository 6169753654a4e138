package io.restante.faults;

import io.restante.testing.RedisProcess;
import io.restante.testing.RedisSentinels;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A primary with two replicas under Sentinels, with durability {@code replicas}. */
public final class SentinelGround implements Ground {
  private static final int AWAY_MS_MAX = 1_000;

  private final RedisSentinels redis = new RedisSentinels().start();

  @Override
  public Map<String, String> settings(int gateway) {
    return Map.of(
        "redis.mode", "sentinel", "redis.urls", redis.urls(), "redis.durability", "replicas");
  }

  @Override
  public List<RedisProcess> nodes() {
    return redis.nodes();
  }

  @Override
  public void plays(Collection<String> accounts) {
    // Whatever befalls it befalls all.
  }

  @Override
  public List<Fault> faults() {
    return List.of(this::killed, this::promoted, this::cutOff);
  }

  @Override
  public Fault crash() {
    return this::killed;
  }

  private String killed(Random random, Curtain curtain) {
    int awayMs = random.nextInt(AWAY_MS_MAX);
    RedisProcess before = redis.primary();
    redis.failOver();
    curtain.pause(awayMs);
    before.start();
    redis.awaitWhole();
    return "primary killed, a replica promoted, back after " + awayMs + " ms";
  }

  private String promoted(Random random, Curtain curtain) {
    redis.promoteReplica();
    redis.awaitWhole();
    return "a replica promoted while the primary lives";
  }

  /** Frozen until another one is primary: when it goes on it does not know that. */
  private String cutOff(Random random, Curtain curtain) {
    RedisProcess before = redis.primary();
    before.freeze();
    redis.awaitSuccessor(before);
    before.thaw();
    redis.awaitWhole();
    return "primary frozen until a replica was promoted";
  }

  @Override
  public boolean forgets() {
    return true;
  }

  @Override
  public void heal() {
    redis.awaitWhole();
  }

  @Override
  public void close() {
    redis.close();
  }
}
