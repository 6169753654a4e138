package io.restante.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A primary with two replicas, watched by three real Sentinels, on free ports of 127.0.0.1. A
 * failover takes one to three seconds, and none begins but by a step of this class. Redis has a
 * password, and the Sentinels have one of their own where the constructor was given one.
 */
public final class RedisSentinels implements AutoCloseable {
  /** The name by which the Sentinels know the primary. */
  public static final String MASTER = "mymaster";

  private static final int REPLICAS = 2;
  private static final int SENTINELS = 3;
  private static final int QUORUM = 2;
  private static final int HASTY_MS = 700;

  private final String password = RedisProcess.randomPassword();
  private final String sentinelPassword;
  private final Map<String, String> settings = new TreeMap<>();
  private final List<RedisProcess> nodes = new ArrayList<>();
  private final List<RedisProcess> sentinels = new ArrayList<>();
  private final Haste haste = new Haste(HASTY_MS, this::takeForDeadAfter);

  /** Sentinels without a password. */
  public RedisSentinels() {
    this("");
  }

  /** Sentinels with this password, empty for none. */
  public RedisSentinels(String sentinelPassword) {
    this.sentinelPassword = sentinelPassword;
  }

  /** Sets a directive for every Redis that is started afterwards. */
  public RedisSentinels setting(String name, String value) {
    settings.put(name, value);
    return this;
  }

  /** Starts all and awaits that the Sentinels know the replicas and each other. */
  public RedisSentinels start() {
    RedisProcess primary = node();
    for (int i = 0; i < REPLICAS; i++) {
      node().command("REPLICAOF", "127.0.0.1", primary.port());
    }
    for (int i = 0; i < SENTINELS; i++) {
      sentinels.add(sentinel(primary));
    }
    awaitWhole();
    return this;
  }

  /** Waits until every running Sentinel knows all running nodes and Sentinels, and none is down. */
  public void awaitWhole() {
    EventLoop.until(
        "the Sentinels are content", () -> watching().stream().allMatch(this::isContent));
  }

  /** The running Redis that is the primary by the word of most running Sentinels. */
  public RedisProcess primary() {
    Map<Integer, Long> votes =
        watching().stream().collect(Collectors.groupingBy(this::named, Collectors.counting()));
    int port = votes.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow().getKey();
    return nodes.stream().filter(node -> node.port() == port).findFirst().orElseThrow();
  }

  /** All others that run. */
  public List<RedisProcess> replicas() {
    RedisProcess primary = primary();
    return nodes.stream().filter(node -> node != primary && node.isRunning()).toList();
  }

  /** All Redis processes, the first primary first, also those that were killed. */
  public List<RedisProcess> nodes() {
    return List.copyOf(nodes);
  }

  /** The Sentinels. */
  public List<RedisProcess> sentinels() {
    return List.copyOf(sentinels);
  }

  /** Has this Sentinel promote a replica while the primary lives, and awaits that it is done. */
  public RedisProcess promoteReplica(RedisProcess by) {
    int before = named(by);
    EventLoop.until("another primary", () -> hasPromoted(by, before));
    return nodes.stream().filter(node -> node.port() == named(by)).findFirst().orElseThrow();
  }

  /** Has the Sentinels promote a replica while the primary lives; gives the new primary. */
  public RedisProcess promoteReplica() {
    RedisProcess before = primary();
    RedisProcess by = watching().get(0);
    EventLoop.until("another primary", () -> hasPromoted(by, before.port()));
    awaitAnother(before);
    return primary();
  }

  /** Has a failover begun where none is under way: it is given up where it takes too long. */
  private static boolean hasPromoted(RedisProcess by, int before) {
    Map<String, String> known = fields(by.ask("SENTINEL", "MASTER", MASTER));
    if (!String.valueOf(before).equals(known.get("port"))) {
      return true;
    }
    if ("master".equals(known.get("flags"))) {
      beginFailover(by);
    }
    return false;
  }

  /** Kills the primary and awaits that a replica was promoted; gives the new primary. */
  public RedisProcess failOver() {
    RedisProcess before = primary();
    before.kill();
    return awaitSuccessor(before);
  }

  /**
   * Waits until all running Sentinels have named another primary than this, and name one that is
   * it: they may promote once more at once, also this one.
   */
  public RedisProcess awaitSuccessor(RedisProcess before) {
    haste.during(() -> awaitAnother(before));
    return primary();
  }

  private void awaitAnother(RedisProcess before) {
    AtomicBoolean succeeded = new AtomicBoolean();
    EventLoop.until(
        "another primary, which all name",
        () -> {
          List<Integer> named = watching().stream().map(this::named).distinct().toList();
          boolean isOne = named.size() == 1;
          if (isOne && named.get(0) != before.port()) {
            succeeded.set(true);
          }
          return isOne && succeeded.get() && isPrimary(primary());
        });
  }

  /** The URLs of all Sentinels, with the password of Redis, with commas between. */
  public String urls() {
    return sentinels.stream()
        .map(each -> "redis://:" + password + "@127.0.0.1:" + each.port())
        .collect(Collectors.joining(","));
  }

  /** The password of Redis. */
  public String password() {
    return password;
  }

  /** Empties the primary. */
  public void flush() {
    primary().ask("FLUSHALL");
  }

  @Override
  public void close() {
    sentinels.forEach(RedisProcess::close);
    nodes.forEach(RedisProcess::close);
  }

  /** The running nodes that are primaries by their own account. */
  public List<RedisProcess> primaries() {
    return nodes.stream().filter(this::isPrimary).toList();
  }

  /** Whether a running node is a primary by its own account. */
  public boolean isPrimary(RedisProcess node) {
    return node.isRunning() && "master".equals(list(node.ask("ROLE")).get(0));
  }

  private RedisProcess node() {
    RedisProcess node =
        new RedisProcess(password)
            .setting("masterauth", password)
            .setting("repl-diskless-sync-delay", "0")
            .setting("repl-ping-replica-period", "1");
    settings.forEach(node::setting);
    nodes.add(node);
    return node.start();
  }

  private RedisProcess sentinel(RedisProcess primary) {
    List<String> directives =
        new ArrayList<>(
            List.of(
                "sentinel monitor NAME 127.0.0.1 " + primary.port() + " " + QUORUM,
                "sentinel auth-pass NAME " + password,
                "sentinel down-after-milliseconds NAME " + haste.ms(),
                "sentinel failover-timeout NAME 3000",
                "sentinel parallel-syncs NAME " + REPLICAS));
    if (!sentinelPassword.isEmpty()) {
      directives.add("sentinel sentinel-pass " + sentinelPassword);
    }
    directives.replaceAll(line -> line.replace("NAME", MASTER));
    RedisProcess sentinel = new RedisProcess(sentinelPassword).sentinel(directives).start();
    hasten(sentinel);
    return sentinel;
  }

  /** Starts a Sentinel that was killed again. */
  public void revive(RedisProcess sentinel) {
    sentinel.start();
    hasten(sentinel);
  }

  /**
   * They look around every ten and every two seconds otherwise, and look on for half a minute once
   * they have stood still for two seconds themselves.
   */
  private static void hasten(RedisProcess sentinel) {
    try {
      sentinel.command(
          "SENTINEL", "DEBUG", "INFO-PERIOD", 200, "PUBLISH-PERIOD", 200, "ASK-PERIOD", 200);
      sentinel.command("SENTINEL", "DEBUG", "TILT-TRIGGER", 60_000, "TILT-PERIOD", 1_000);
    } catch (IllegalStateException e) {
      // Another version, which takes its time.
    }
  }

  private void takeForDeadAfter(int ms) {
    watching().stream()
        .filter(sentinel -> !sentinel.isFrozen())
        .forEach(each -> each.ask("SENTINEL", "SET", MASTER, "down-after-milliseconds", ms));
  }

  private static void beginFailover(RedisProcess sentinel) {
    try {
      sentinel.command("SENTINEL", "FAILOVER", MASTER);
    } catch (IllegalStateException e) {
      // INPROG, or NOGOODSLAVE for the moment.
    }
  }

  private boolean isContent(RedisProcess sentinel) {
    Map<String, String> known = fields(sentinel.ask("SENTINEL", "MASTER", MASTER));
    long running = nodes.stream().filter(RedisProcess::isRunning).count();
    long replicas =
        list(sentinel.ask("SENTINEL", "REPLICAS", MASTER)).stream()
            .map(RedisSentinels::fields)
            .filter(
                each ->
                    "slave".equals(each.get("flags"))
                        && "ok".equals(each.get("master-link-status")))
            .count();
    return "master".equals(known.get("flags"))
        && String.valueOf(watching().size() - 1).equals(known.get("num-other-sentinels"))
        && replicas == running - 1;
  }

  private int named(RedisProcess sentinel) {
    List<?> address = list(sentinel.ask("SENTINEL", "GET-MASTER-ADDR-BY-NAME", MASTER));
    return Integer.parseInt(String.valueOf(address.get(1)));
  }

  private List<RedisProcess> watching() {
    return sentinels.stream().filter(RedisProcess::isRunning).toList();
  }

  private static Map<String, String> fields(@Nullable Object pairs) {
    List<?> flat = list(pairs);
    Map<String, String> fields = new TreeMap<>();
    for (int i = 0; i + 1 < flat.size(); i += 2) {
      fields.put(String.valueOf(flat.get(i)), String.valueOf(flat.get(i + 1)));
    }
    return fields;
  }

  private static List<?> list(@Nullable Object reply) {
    return (List<?>) Objects.requireNonNull(reply);
  }
}
