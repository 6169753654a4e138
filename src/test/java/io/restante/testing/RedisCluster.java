package io.restante.testing;

import io.restante.redis.SlotMap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A real Redis Cluster: three primaries, each with one replica, on free ports of 127.0.0.1, with
 * one password. A failover takes one to three seconds, and none begins but by a step of this class.
 * What it says of itself is asked over plain sockets.
 */
public final class RedisCluster implements AutoCloseable {
  private static final int PRIMARIES = 3;
  private static final int HASTY_MS = 1_000;

  /** For so long at most keys are on their way from one node to another. */
  private static final int MIGRATE_MS_MAX = 15_000;

  /** Redis gives a promotion by command up after so long. */
  private static final long PROMOTION_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final String password = RedisProcess.randomPassword();
  private final Map<String, String> settings = new HashMap<>();
  private final List<RedisProcess> nodes = new ArrayList<>();
  private final ClusterSight sight = new ClusterSight(nodes);
  private final Haste haste = new Haste(HASTY_MS, this::takeForDeadAfter);

  /** Sets a directive for every node that is started afterwards. */
  public RedisCluster setting(String name, String value) {
    settings.put(name, value);
    return this;
  }

  /** Starts the six nodes and awaits that all of them find the cluster whole. */
  public RedisCluster start() {
    haste.during(this::form);
    return this;
  }

  private void form() {
    for (int i = 0; i < 2 * PRIMARIES; i++) {
      node().command("CLUSTER", "SET-CONFIG-EPOCH", i + 1);
    }
    for (int i = 0; i < PRIMARIES; i++) {
      int first = i * SlotMap.SLOTS / PRIMARIES;
      int last = (i + 1) * SlotMap.SLOTS / PRIMARIES - 1;
      nodes.get(i).command("CLUSTER", "ADDSLOTSRANGE", first, last);
    }
    nodes.stream().skip(1).forEach(this::meet);
    for (int i = PRIMARIES; i < nodes.size(); i++) {
      replicate(nodes.get(i), nodes.get(i - PRIMARIES));
    }
    awaitWhole();
  }

  /** Starts a node that knows no other. */
  public RedisProcess bareNode() {
    return node();
  }

  /** Starts a node that holds no slot and makes it known to all. */
  public RedisProcess addPrimary() {
    RedisProcess added = node();
    haste.during(() -> meet(added));
    awaitWhole();
    return added;
  }

  /** Starts a node as a further replica of this one. */
  public RedisProcess addReplica(RedisProcess primary) {
    RedisProcess added = node();
    haste.during(() -> meet(added));
    replicate(added, primary);
    awaitWhole();
    return added;
  }

  /** Has the others forget nodes that hold no slot, and ends these. */
  public void remove(List<RedisProcess> leaving) {
    List<RedisProcess> staying =
        sight.running().stream().filter(node -> !leaving.contains(node)).toList();
    for (RedisProcess node : leaving) {
      String id = sight.id(node);
      staying.forEach(other -> other.command("CLUSTER", "FORGET", id));
    }
    leaving.forEach(RedisProcess::close);
    nodes.removeAll(leaving);
  }

  /** All nodes that were started, also those that were killed; not those that have left. */
  public List<RedisProcess> nodes() {
    return List.copyOf(nodes);
  }

  /** The primary of a slot, as the nodes that run see it. */
  public RedisProcess primaryOf(int slot) {
    return sight.primaryOf(slot);
  }

  /** All primaries that hold a slot, by their own account. */
  public List<RedisProcess> primaries() {
    return sight.primaries();
  }

  /** The slots that a node holds, by its own account. */
  public List<Integer> slotsOf(RedisProcess primary) {
    return sight.slotsOf(primary);
  }

  /** The replicas of a primary that run and are linked to it. */
  public List<RedisProcess> replicasOf(RedisProcess primary) {
    return sight.replicasOf(primary);
  }

  /** Whether a running node is a primary by its own account. */
  public boolean isPrimary(RedisProcess node) {
    return sight.isPrimary(node);
  }

  /** The primary of a key. */
  public RedisProcess primaryOf(String key) {
    return primaryOf(SlotMap.slotOf(key));
  }

  /** Runs a command on the primary of this key. */
  public @Nullable Object command(String key, Object... words) {
    return primaryOf(key).command(words);
  }

  /** Empties all primaries. */
  public void flush() {
    for (RedisProcess node : sight.running()) {
      if (isPrimary(node)) {
        node.ask("FLUSHALL");
      }
    }
  }

  /** Promotes the replica of this primary, which becomes its replica; nothing is lost. */
  public RedisProcess promoteReplicaOf(RedisProcess primary) {
    RedisProcess replica = awaitReplicas(primary).get(0);
    haste.during(
        () -> {
          promote(replica);
          awaitPromoted(replica);
        });
    return replica;
  }

  /** Kills a primary and awaits that a replica of it has taken its slots; gives that one. */
  public RedisProcess failOver(RedisProcess primary) {
    awaitReplicas(primary);
    primary.kill();
    return awaitSuccessor(primary);
  }

  /** Awaits that a replica has taken the slots of a primary that was killed or is frozen. */
  public RedisProcess awaitSuccessor(RedisProcess primary) {
    List<RedisProcess> replicas = awaitReplicas(primary);
    haste.during(
        () -> {
          EventLoop.until(
              "a replica was promoted", () -> replicas.stream().anyMatch(this::isPrimary));
          replicas.stream().filter(this::isPrimary).forEach(this::awaitPromoted);
        });
    return replicas.stream().filter(this::isPrimary).findAny().orElseThrow();
  }

  private List<RedisProcess> awaitReplicas(RedisProcess primary) {
    EventLoop.until("it has a replica", () -> !replicasOf(primary).isEmpty());
    return replicasOf(primary);
  }

  /** Starts a killed node again, which finds its place by itself, and awaits that. */
  public void revive(RedisProcess node) {
    node.start();
    awaitWhole();
  }

  /** Opens the migration of a slot: its keys may be on either of the two from now on. */
  public void beginMigration(int slot, RedisProcess to) {
    RedisProcess from = primaryOf(slot);
    to.command("CLUSTER", "SETSLOT", slot, "IMPORTING", sight.id(from));
    from.command("CLUSTER", "SETSLOT", slot, "MIGRATING", sight.id(to));
  }

  /** Moves one key of a slot under migration. */
  public void migrateKey(String key, RedisProcess from, RedisProcess to) {
    from.command("MIGRATE", "127.0.0.1", to.port(), key, 0, MIGRATE_MS_MAX, "AUTH", password);
  }

  /** Moves half of the keys of a slot under migration, a hundred at most. */
  public void migrateSomeKeys(int slot, RedisProcess from, RedisProcess to) {
    List<?> some = keys(slot, from);
    migrate(some.subList(0, (some.size() + 1) / 2), from, to);
  }

  /** Moves the keys of a slot under migration that are still at the old place. */
  public void migrateKeys(int slot, RedisProcess from, RedisProcess to) {
    for (List<?> some = keys(slot, from); !some.isEmpty(); some = keys(slot, from)) {
      migrate(some, from, to);
    }
  }

  private void migrate(List<?> keys, RedisProcess from, RedisProcess to) {
    if (!keys.isEmpty()) {
      List<Object> words =
          new ArrayList<>(List.of("MIGRATE", "127.0.0.1", to.port(), "", 0, MIGRATE_MS_MAX));
      words.addAll(List.of("AUTH", password, "KEYS"));
      words.addAll(keys);
      from.command(words.toArray());
    }
  }

  /** Ends the migration of a slot: it is the new node's, and all running nodes know that. */
  public void endMigration(int slot, RedisProcess to) {
    // The new owner first: were it the last, nobody would own the slot in between.
    to.command("CLUSTER", "SETSLOT", slot, "NODE", sight.id(to));
    for (RedisProcess node : sight.running()) {
      if (node != to && isPrimary(node)) {
        node.command("CLUSTER", "SETSLOT", slot, "NODE", sight.id(to));
      }
    }
    // Replicas cannot be told, but hear of it.
    until(
        "all know whose the slot is",
        () -> sight.answering().allMatch(node -> sight.knows(node, slot, to)));
  }

  /** Moves a slot with all its keys. */
  public void migrate(int slot, RedisProcess to) {
    RedisProcess from = primaryOf(slot);
    beginMigration(slot, to);
    migrateKeys(slot, from, to);
    endMigration(slot, to);
  }

  /** The URLs of all nodes that run, with commas between. */
  public String urls() {
    return sight.running().stream().map(RedisProcess::url).collect(Collectors.joining(","));
  }

  /** The password of all nodes. */
  public String password() {
    return password;
  }

  @Override
  public void close() {
    nodes.forEach(RedisProcess::close);
  }

  /**
   * Waits until all running nodes find the cluster whole, know each other and who holds which slot,
   * and replicas follow.
   */
  public void awaitWhole() {
    until(
        "the cluster is whole",
        () -> sight.running().stream().allMatch(sight::isContent) && sight.agree());
  }

  /** Awaits what nodes tell each other, which they do more often meanwhile. */
  public void until(String what, BooleanSupplier condition) {
    if (!condition.getAsBoolean()) {
      haste.during(() -> EventLoop.until(what, condition));
    }
  }

  /** Begins anew where it was given up, or where the two were not linked at the moment. */
  private void promote(RedisProcess replica) {
    AtomicLong begunNanos = new AtomicLong(System.nanoTime() - PROMOTION_NANOS);
    EventLoop.until(
        "it is promoted",
        () -> {
          boolean idle = System.nanoTime() - begunNanos.get() >= PROMOTION_NANOS;
          if (!isPrimary(replica) && idle && beginPromotion(replica)) {
            begunNanos.set(System.nanoTime());
          }
          return isPrimary(replica);
        });
  }

  private static boolean beginPromotion(RedisProcess replica) {
    try {
      replica.command("CLUSTER", "FAILOVER");
      return true;
    } catch (IllegalStateException e) {
      return false;
    }
  }

  private void awaitPromoted(RedisProcess promoted) {
    EventLoop.until("the promotion is known to all", () -> sight.isPrimaryForAll(promoted));
  }

  private RedisProcess node() {
    RedisProcess node =
        new RedisProcess(password)
            .clustered()
            .setting("masterauth", password)
            .setting("cluster-node-timeout", String.valueOf(haste.ms()))
            .setting("cluster-replica-validity-factor", "0")
            .setting("cluster-allow-replica-migration", "no")
            .setting("repl-diskless-sync-delay", "0")
            .setting("repl-ping-replica-period", "1");
    settings.forEach(node::setting);
    nodes.add(node);
    return node.start();
  }

  private void meet(RedisProcess node) {
    RedisProcess known =
        sight.running().stream().filter(other -> other != node).findFirst().orElseThrow();
    EventLoop.until(
        "the nodes know each other",
        () -> {
          // Also where one was told and has forgotten, as the other did not answer for a second.
          meetUnlessKnown(known, node);
          meetUnlessKnown(node, known);
          return ClusterSight.lines(node).size() == ClusterSight.lines(known).size()
              && ClusterSight.lines(node).size() > 1;
        });
  }

  private static void meetUnlessKnown(RedisProcess known, RedisProcess node) {
    if (ClusterSight.lines(known).stream().noneMatch(line -> line.port() == node.port())) {
      known.command("CLUSTER", "MEET", "127.0.0.1", node.port(), node.busPort());
    }
  }

  private void replicate(RedisProcess replica, RedisProcess primary) {
    String id = sight.id(primary);
    EventLoop.until(
        "the primary is known",
        () -> ClusterSight.lines(replica).stream().anyMatch(l -> l.id().equals(id)));
    replica.command("CLUSTER", "REPLICATE", id);
  }

  private static List<?> keys(int slot, RedisProcess from) {
    return ClusterSight.list(from.ask("CLUSTER", "GETKEYSINSLOT", slot, 100));
  }

  private void takeForDeadAfter(int ms) {
    sight.answering().forEach(node -> node.ask("CONFIG", "SET", "cluster-node-timeout", ms));
  }
}
