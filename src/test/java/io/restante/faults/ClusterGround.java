package io.restante.faults;

import io.restante.redis.SlotMap;
import io.restante.testing.RedisCluster;
import io.restante.testing.RedisProcess;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A Redis Cluster of three primaries and three replicas, with durability {@code replicas}; at times
 * of one more of each.
 */
public final class ClusterGround implements Ground {
  private static final int AWAY_MS_MAX = 1_000;

  /** Accounts whose slots move in one fault. */
  private static final int MOVED_MAX = 4;

  /** Slots that a node takes which joins. */
  private static final int TAKEN_MAX = 40;

  /** For so long at most a slot lies in two places, before its keys move and after some of them. */
  private static final int HALFWAY_MS_MAX = 60;

  private final RedisCluster redis = new RedisCluster().start();

  /** The nodes that have joined, and will leave: a primary and its replica, or the other way. */
  private final List<RedisProcess> joined = new ArrayList<>();

  private volatile List<Integer> slotsInPlay = List.of();

  @Override
  public Map<String, String> settings(int gateway) {
    return Map.of(
        "redis.mode", "cluster", "redis.urls", redis.urls(), "redis.durability", "replicas");
  }

  @Override
  public List<RedisProcess> nodes() {
    return redis.nodes();
  }

  @Override
  public void plays(Collection<String> accounts) {
    slotsInPlay = accounts.stream().map(aci -> SlotMap.slotOf('{' + aci + '}')).distinct().toList();
  }

  @Override
  public List<Fault> faults() {
    // Twice, as only every second one brings a node.
    return List.of(
        this::killed, this::promoted, this::cutOff, this::migrated, this::resized, this::resized);
  }

  @Override
  public Fault crash() {
    return this::killed;
  }

  private RedisProcess anyPrimary(Random random) {
    return any(redis.primaries(), random);
  }

  private static <T> T any(List<T> all, Random random) {
    return all.get(random.nextInt(all.size()));
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
    primary.freeze();
    redis.awaitSuccessor(primary);
    primary.thaw();
    redis.awaitWhole();
    return "primary frozen until its replica was promoted";
  }

  /** The slots of some accounts that act, each to another primary. */
  private String migrated(Random random, Curtain curtain) {
    List<Integer> slots = inPlay(random, 1 + random.nextInt(MOVED_MAX));
    for (int slot : slots) {
      RedisProcess from = redis.primaryOf(slot);
      List<RedisProcess> others = new ArrayList<>(redis.primaries());
      others.remove(from);
      move(slot, from, any(others, random), random, curtain);
    }
    redis.awaitWhole();
    return "slots of accounts migrated: " + slots;
  }

  /** So many slots of accounts that act. */
  private List<Integer> inPlay(Random random, int count) {
    List<Integer> slots = new ArrayList<>(slotsInPlay);
    Collections.shuffle(slots, random);
    return slots.subList(0, Math.min(count, slots.size()));
  }

  /** Moves a slot as tools do, key by key, with commands for it coming in all the time. */
  private void move(int slot, RedisProcess from, RedisProcess to, Random random, Curtain curtain) {
    int beforeMs = random.nextInt(HALFWAY_MS_MAX);
    int betweenMs = random.nextInt(HALFWAY_MS_MAX);
    redis.beginMigration(slot, to);
    curtain.pause(beforeMs);
    redis.migrateSomeKeys(slot, from, to);
    curtain.pause(betweenMs);
    redis.migrateKeys(slot, from, to);
    redis.endMigration(slot, to);
  }

  /** A node joins where none has so far; otherwise that one is emptied and leaves. */
  public String resized(Random random, Curtain curtain) {
    return joined.isEmpty() ? grown(random, curtain) : shrunk(random, curtain);
  }

  /** An empty primary with a replica takes half of the slots of those who act. */
  private String grown(Random random, Curtain curtain) {
    RedisProcess primary = redis.addPrimary();
    RedisProcess replica = redis.addReplica(primary);
    Collections.addAll(joined, primary, replica);
    List<Integer> slots = inPlay(random, Math.min(TAKEN_MAX, (slotsInPlay.size() + 1) / 2));
    slots.forEach(slot -> move(slot, redis.primaryOf(slot), primary, random, curtain));
    redis.awaitWhole();
    return "a primary joined and took " + slots.size() + " slots of accounts";
  }

  /** Its slots go to the others, whoever of the two is the primary by now. */
  private String shrunk(Random random, Curtain curtain) {
    List<RedisProcess> staying = new ArrayList<>(redis.primaries());
    staying.removeAll(joined);
    int count = 0;
    for (RedisProcess leaving : joined) {
      for (int slot : redis.slotsOf(leaving)) {
        move(slot, leaving, any(staying, random), random, curtain);
        count++;
      }
    }
    redis.awaitWhole();
    redis.remove(joined);
    joined.clear();
    redis.awaitWhole();
    return "the primary that had joined gave back " + count + " slots and left";
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
