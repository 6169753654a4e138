package io.restante.faults;

import io.restante.redis.SlotMap;
import io.restante.testing.EventLoop;
import io.restante.testing.RedisCluster;
import io.restante.testing.RedisProcess;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A Redis Cluster of three primaries and three replicas, with durability {@code replicas}. */
public final class ClusterGround implements Ground {
  private static final int AWAY_MS_MAX = 1_000;

  private final RedisCluster redis = new RedisCluster().start();

  @Override
  public Map<String, String> settings(int gateway) {
    return Map.of(
        "redis.mode", "cluster", "redis.urls", redis.urls(), "redis.durability", "replicas");
  }

  @Override
  public List<Fault> faults() {
    return List.of(this::killed, this::promoted, this::cutOff, this::migrated);
  }

  @Override
  public Fault crash() {
    return this::killed;
  }

  private RedisProcess anyPrimary(Random random) {
    return redis.primaryOf(random.nextInt(SlotMap.SLOTS));
  }

  private String killed(Random random, Curtain curtain) {
    int awayMs = random.nextInt(AWAY_MS_MAX);
    RedisProcess primary = anyPrimary(random);
    redis.failOver(primary);
    curtain.pause(awayMs);
    redis.revive(primary);
    return "primary killed, its replica promoted, back after " + awayMs + " ms";
  }

  private String promoted(Random random, Curtain curtain) {
    redis.promoteReplicaOf(anyPrimary(random));
    redis.awaitWhole();
    return "a replica promoted while its primary lives";
  }

  /** Frozen until another one is primary: when it goes on it does not know that. */
  private String cutOff(Random random, Curtain curtain) {
    RedisProcess primary = anyPrimary(random);
    List<RedisProcess> replicas = redis.replicasOf(primary);
    primary.freeze();
    EventLoop.until("a replica is promoted", () -> replicas.stream().anyMatch(redis::isPrimary));
    primary.thaw();
    redis.awaitWhole();
    return "primary frozen until its replica was promoted";
  }

  /** A slot that is in use moves to another primary. */
  private String migrated(Random random, Curtain curtain) {
    RedisProcess from = anyPrimary(random);
    Object key = from.command("RANDOMKEY");
    if (key == null) {
      return "no slot in use to migrate";
    }
    int slot = SlotMap.slotOf(String.valueOf(key));
    RedisProcess to = anyPrimary(random);
    if (to == redis.primaryOf(slot)) {
      return "slot " + slot + " stays where it is";
    }
    redis.migrate(slot, to);
    return "slot " + slot + " migrated";
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
