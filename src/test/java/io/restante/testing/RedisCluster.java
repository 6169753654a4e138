package io.restante.testing;

import io.restante.redis.SlotMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A real Redis Cluster: three primaries, each with one replica, on free ports of 127.0.0.1, with
 * one password. A failover takes one to three seconds. What it says of itself is asked over plain
 * sockets.
 */
public final class RedisCluster implements AutoCloseable {
  private static final int PRIMARIES = 3;
  private static final int NODE_TIMEOUT_MS = 1_000;

  /** A line of {@code CLUSTER NODES}. */
  private record Line(String id, int port, List<String> flags, String primaryId, boolean linked) {
    static Line parse(String text) {
      String[] words = text.split(" ", -1);
      String address = words[1].substring(0, words[1].indexOf('@'));
      return new Line(
          words[0],
          Integer.parseInt(address.substring(address.lastIndexOf(':') + 1)),
          Arrays.asList(words[2].split(",", -1)),
          words[3],
          words[7].equals("connected"));
    }
  }

  /** A range of slots and who holds it. */
  private record Holding(int first, int last, RedisProcess primary) {}

  private final String password = RedisProcess.randomPassword();
  private final Map<String, String> settings = new HashMap<>();
  private final List<RedisProcess> nodes = new ArrayList<>();

  /** Sets a directive for every node that is started afterwards. */
  public RedisCluster setting(String name, String value) {
    settings.put(name, value);
    return this;
  }

  /** Starts the six nodes and awaits that all of them find the cluster whole. */
  public RedisCluster start() {
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
    return this;
  }

  /** From now on takes no node for dead that answers again within seconds. */
  public void beLenient() {
    running().forEach(node -> node.command("CONFIG", "SET", "cluster-node-timeout", 15_000));
  }

  /** Starts a node that knows no other. */
  public RedisProcess bareNode() {
    return node();
  }

  /** Starts a node that holds no slot and makes it known to all. */
  public RedisProcess addPrimary() {
    RedisProcess added = node();
    meet(added);
    awaitWhole();
    return added;
  }

  /** Starts a node as a further replica of this one. */
  public RedisProcess addReplica(RedisProcess primary) {
    RedisProcess added = node();
    meet(added);
    replicate(added, primary);
    awaitWhole();
    return added;
  }

  /** Has the others forget nodes that hold no slot, and ends these. */
  public void remove(List<RedisProcess> leaving) {
    List<RedisProcess> staying =
        running().stream().filter(node -> !leaving.contains(node)).toList();
    for (RedisProcess node : leaving) {
      String id = id(node);
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
    return running().stream()
        .flatMap(this::holdings)
        .filter(held -> held.first() <= slot && slot <= held.last())
        .findFirst()
        .map(Holding::primary)
        .orElseThrow(() -> new IllegalStateException("nobody holds slot " + slot));
  }

  /** All primaries that hold a slot, by their own account. */
  public List<RedisProcess> primaries() {
    return running().stream().filter(node -> !slotsOf(node).isEmpty()).toList();
  }

  /** The slots that a node holds, by its own account. */
  public List<Integer> slotsOf(RedisProcess primary) {
    return holdings(primary)
        .filter(held -> held.primary() == primary)
        .flatMap(held -> IntStream.rangeClosed(held.first(), held.last()).boxed())
        .toList();
  }

  /** The primary of a key. */
  public RedisProcess primaryOf(String key) {
    return primaryOf(SlotMap.slotOf(key));
  }

  /** The replicas of a primary that run and are linked to it. */
  public List<RedisProcess> replicasOf(RedisProcess primary) {
    RedisProcess asked = primary.isRunning() ? primary : running().get(0);
    String id = id(primary);
    return lines(asked).stream()
        .filter(line -> line.primaryId().equals(id) && !line.flags().contains("fail"))
        .map(line -> byPort(line.port()))
        .filter(RedisProcess::isRunning)
        .toList();
  }

  /** Runs a command on the primary of this key. */
  public @Nullable Object command(String key, Object... words) {
    return primaryOf(key).command(words);
  }

  /** Empties all primaries. */
  public void flush() {
    for (RedisProcess node : running()) {
      if (isPrimary(node)) {
        node.ask("FLUSHALL");
      }
    }
  }

  /** Promotes the replica of this primary, which becomes its replica; nothing is lost. */
  public RedisProcess promoteReplicaOf(RedisProcess primary) {
    EventLoop.until("it has a replica", () -> !replicasOf(primary).isEmpty());
    RedisProcess replica = replicasOf(primary).get(0);
    replica.command("CLUSTER", "FAILOVER");
    awaitPromoted(replica);
    return replica;
  }

  /** Kills a primary and awaits that a replica of it has taken its slots; gives that one. */
  public RedisProcess failOver(RedisProcess primary) {
    EventLoop.until("it has a replica", () -> !replicasOf(primary).isEmpty());
    List<RedisProcess> replicas = replicasOf(primary);
    primary.kill();
    EventLoop.until("a replica was promoted", () -> replicas.stream().anyMatch(this::isPrimary));
    RedisProcess promoted = replicas.stream().filter(this::isPrimary).findAny().orElseThrow();
    awaitPromoted(promoted);
    return promoted;
  }

  /** Starts a killed node again, which finds its place by itself, and awaits that. */
  public void revive(RedisProcess node) {
    node.start();
    awaitWhole();
  }

  /** Opens the migration of a slot: its keys may be on either of the two from now on. */
  public void beginMigration(int slot, RedisProcess to) {
    RedisProcess from = primaryOf(slot);
    to.command("CLUSTER", "SETSLOT", slot, "IMPORTING", id(from));
    from.command("CLUSTER", "SETSLOT", slot, "MIGRATING", id(to));
  }

  /** Moves one key of a slot under migration. */
  public void migrateKey(String key, RedisProcess from, RedisProcess to) {
    from.command("MIGRATE", "127.0.0.1", to.port(), key, 0, 5_000, "AUTH", password);
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
          new ArrayList<>(
              List.of("MIGRATE", "127.0.0.1", to.port(), "", 0, 5_000, "AUTH", password, "KEYS"));
      words.addAll(keys);
      from.command(words.toArray());
    }
  }

  /** Ends the migration of a slot: it is the new node's, and all running nodes know that. */
  public void endMigration(int slot, RedisProcess to) {
    // The new owner first: were it the last, nobody would own the slot in between.
    to.command("CLUSTER", "SETSLOT", slot, "NODE", id(to));
    for (RedisProcess node : running()) {
      if (node != to && isPrimary(node)) {
        node.command("CLUSTER", "SETSLOT", slot, "NODE", id(to));
      }
    }
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
    return running().stream().map(RedisProcess::url).collect(Collectors.joining(","));
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
    EventLoop.until(
        "the cluster is whole",
        () ->
            running().stream().allMatch(this::isContent)
                && running().stream().map(node -> holdings(node).toList()).distinct().count() == 1);
  }

  /** Whether a running node is a primary by its own account. */
  public boolean isPrimary(RedisProcess node) {
    return node.isRunning() && "master".equals(list(node.ask("ROLE")).get(0));
  }

  private boolean isContent(RedisProcess node) {
    String info = String.valueOf(node.ask("CLUSTER", "INFO"));
    List<Line> known = lines(node);
    boolean sound =
        running().stream()
            .allMatch(
                other ->
                    known.stream()
                        .anyMatch(
                            line ->
                                line.port() == other.port()
                                    && line.linked()
                                    && line.flags().stream().noneMatch(f -> f.contains("fail"))
                                    && !line.flags().contains("handshake")
                                    // A voter that takes the replica for a primary denies its vote.
                                    && line.flags().contains("master") == isPrimary(other)));
    List<?> role = list(node.ask("ROLE"));
    boolean follows = "master".equals(role.get(0)) || "connected".equals(role.get(3));
    return info.contains("cluster_state:ok") && sound && follows;
  }

  private void awaitPromoted(RedisProcess promoted) {
    EventLoop.until(
        "the promotion is known to all",
        () ->
            isPrimary(promoted)
                && running().stream()
                    .allMatch(
                        node ->
                            lines(node).stream()
                                    .anyMatch(
                                        line ->
                                            line.port() == promoted.port()
                                                && line.flags().contains("master"))
                                && String.valueOf(node.ask("CLUSTER", "INFO"))
                                    .contains("cluster_state:ok")));
  }

  private RedisProcess node() {
    RedisProcess node =
        new RedisProcess(password)
            .clustered()
            .setting("masterauth", password)
            .setting("cluster-node-timeout", String.valueOf(NODE_TIMEOUT_MS))
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
        running().stream().filter(other -> other != node).findFirst().orElseThrow();
    known.command("CLUSTER", "MEET", "127.0.0.1", node.port(), node.busPort());
    EventLoop.until(
        "the nodes know each other",
        () -> lines(node).size() == lines(known).size() && lines(node).size() > 1);
  }

  private void replicate(RedisProcess replica, RedisProcess primary) {
    String id = id(primary);
    EventLoop.until(
        "the primary is known", () -> lines(replica).stream().anyMatch(l -> l.id().equals(id)));
    replica.command("CLUSTER", "REPLICATE", id);
  }

  private String id(RedisProcess node) {
    RedisProcess asked = node.isRunning() ? node : running().get(0);
    return lines(asked).stream()
        .filter(line -> line.port() == node.port())
        .findFirst()
        .map(Line::id)
        .orElseThrow();
  }

  private static List<?> keys(int slot, RedisProcess from) {
    return list(from.ask("CLUSTER", "GETKEYSINSLOT", slot, 100));
  }

  private static List<Line> lines(RedisProcess asked) {
    return String.valueOf(asked.ask("CLUSTER", "NODES")).lines().map(Line::parse).toList();
  }

  private List<RedisProcess> running() {
    return nodes.stream().filter(RedisProcess::isRunning).toList();
  }

  /** All ranges of slots, as a node sees them. */
  private Stream<Holding> holdings(RedisProcess asked) {
    return list(asked.ask("CLUSTER", "SLOTS")).stream().map(range -> holding(list(range)));
  }

  private Holding holding(List<?> fields) {
    RedisProcess primary = byPort(number(field(fields, 2), 1));
    return new Holding(number(fields, 0), number(fields, 1), primary);
  }

  private static int number(@Nullable Object fields, int i) {
    return ((Long) field(list(fields), i)).intValue();
  }

  private RedisProcess byPort(int port) {
    return nodes.stream().filter(node -> node.port() == port).findFirst().orElseThrow();
  }

  private static List<?> list(@Nullable Object reply) {
    return (List<?>) Objects.requireNonNull(reply);
  }

  private static Object field(List<?> fields, int i) {
    return Objects.requireNonNull(fields.get(i));
  }
}
