package io.restante.testing;

import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A cluster as its nodes see it: who is a primary, whose the slots are. Asked anew each time.
 *
 * @param nodes all of them, also those that do not run; it changes
 */
record ClusterSight(List<RedisProcess> nodes) {
  /** A range of slots and who holds it. */
  private record Holding(int first, int last, RedisProcess primary) {}

  /** The primary of a slot, as the nodes that run see it. */
  RedisProcess primaryOf(int slot) {
    return answering()
        .flatMap(this::holdings)
        .filter(held -> held.first() <= slot && slot <= held.last())
        .findFirst()
        .map(Holding::primary)
        .orElseThrow(() -> new IllegalStateException("nobody holds slot " + slot));
  }

  /** All primaries that hold a slot, by their own account. */
  List<RedisProcess> primaries() {
    return answering().filter(node -> !slotsOf(node).isEmpty()).toList();
  }

  /** The slots that a node holds, by its own account. */
  List<Integer> slotsOf(RedisProcess primary) {
    return holdings(primary)
        .filter(held -> held.primary() == primary)
        .flatMap(held -> IntStream.rangeClosed(held.first(), held.last()).boxed())
        .toList();
  }

  /** The replicas of a primary that run and are linked to it. */
  List<RedisProcess> replicasOf(RedisProcess primary) {
    String id = id(primary);
    return lines(itselfOrAnother(primary)).stream()
        .filter(line -> line.primaryId().equals(id) && !line.flags().contains("fail"))
        .map(line -> byPort(line.port()))
        .filter(RedisProcess::isRunning)
        .toList();
  }

  /** Whether a running node is a primary by its own account. */
  boolean isPrimary(RedisProcess node) {
    return node.isRunning() && "master".equals(list(node.ask("ROLE")).get(0));
  }

  boolean isContent(RedisProcess node) {
    String info = String.valueOf(node.ask("CLUSTER", "INFO"));
    List<ClusterLine> known = lines(node);
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

  boolean knows(RedisProcess asked, int slot, RedisProcess primary) {
    return holdings(asked)
        .anyMatch(held -> held.first() <= slot && slot <= held.last() && held.primary() == primary);
  }

  String id(RedisProcess node) {
    return lines(itselfOrAnother(node)).stream()
        .filter(line -> line.port() == node.port())
        .findFirst()
        .map(ClusterLine::id)
        .orElseThrow();
  }

  static List<ClusterLine> lines(RedisProcess asked) {
    return String.valueOf(asked.ask("CLUSTER", "NODES")).lines().map(ClusterLine::parse).toList();
  }

  List<RedisProcess> running() {
    return nodes.stream().filter(RedisProcess::isRunning).toList();
  }

  /** Those of them that are not frozen. */
  Stream<RedisProcess> answering() {
    return running().stream().filter(node -> !node.isFrozen());
  }

  private RedisProcess itselfOrAnother(RedisProcess node) {
    return Stream.concat(Stream.of(node).filter(RedisProcess::isRunning), answering())
        .filter(asked -> !asked.isFrozen())
        .findFirst()
        .orElseThrow();
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

  static List<?> list(@Nullable Object reply) {
    return (List<?>) Objects.requireNonNull(reply);
  }

  private static Object field(List<?> fields, int i) {
    return Objects.requireNonNull(fields.get(i));
  }

  /** Whether all running nodes name the same primaries of the same slots. */
  boolean agree() {
    return running().stream().map(node -> holdings(node).toList()).distinct().count() == 1;
  }

  /** Whether it is a primary for itself and for all others, which find the cluster whole. */
  boolean isPrimaryForAll(RedisProcess promoted) {
    return isPrimary(promoted)
        && answering()
            .allMatch(
                node ->
                    lines(node).stream()
                            .anyMatch(
                                line ->
                                    line.port() == promoted.port()
                                        && line.flags().contains("master"))
                        && String.valueOf(node.ask("CLUSTER", "INFO"))
                            .contains("cluster_state:ok"));
  }
}
