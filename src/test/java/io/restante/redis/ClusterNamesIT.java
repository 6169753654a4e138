package io.restante.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.restante.redis.RedisConfig.Durability;
import io.restante.redis.RedisConfig.Mode;
import io.restante.telemetry.Metric;
import io.restante.testing.EventLoop;
import io.restante.testing.RedisCluster;
import io.restante.testing.RedisProcess;
import io.restante.testing.TcpRelay;
import io.restante.testing.TlsFiles;
import io.restante.testing.TlsRelay;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes of a cluster that are not where they listen: named, unnamed, behind other ports or TLS. */
class ClusterNamesIT {
  private static final int KEYS = 60;
  private static final RedisCluster redis = new RedisCluster();

  private final EventLoop loop = new EventLoop();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final RedisMetrics metrics = new MeteredRedis(registry);

  @BeforeAll
  static void start() {
    redis.start();
  }

  @AfterAll
  static void end() {
    redis.close();
  }

  @BeforeEach
  void empty() {
    redis.flush();
  }

  @AfterEach
  void close() {
    loop.close();
    all("cluster-announce-hostname", "");
    all("cluster-preferred-endpoint-type", "ip");
    all("cluster-announce-port", 0);
    all("cluster-announce-bus-port", 0);
    redis.awaitWhole();
  }

  private static void all(String directive, Object value) {
    redis.nodes().forEach(node -> node.command("CONFIG", "SET", directive, value));
  }

  private static RedisConfig config(String url) {
    return RedisConfig.of(Mode.CLUSTER, List.of(RedisUrl.parse(url)), Set.of(Durability.FSYNC))
        .withLimits(10_000, RedisConfig.IN_FLIGHT_MAX)
        .withStartTimeout(60_000);
  }

  private static RedisConfig config(String url, Path ca) {
    RedisConfig of = config(url);
    return new RedisConfig(
        of.mode(),
        of.urls(),
        ca,
        of.dataDir(),
        of.durability(),
        of.timeoutMs(),
        of.inFlightMax(),
        of.inFlightBytesMax(),
        of.reconnectMinMs(),
        of.reconnectMaxMs(),
        of.startTimeoutMs(),
        of.replication(),
        of.sentinel(),
        of.primariesMax());
  }

  /** Opens a link that is told of one node only, by its address. */
  private HeldLink open(RedisConfig config) {
    return loop.await(() -> HeldLink.open(loop.vertx(), config, metrics));
  }

  /** Subscriptions are opened only where every primary's publishes are heard. */
  private void assertHears(RedisConfig config) {
    HeldSubscriptions heard =
        loop.await(() -> HeldSubscriptions.open(loop.vertx(), config, metrics));
    assertTrue(heard.isAlive());
    loop.await(heard::close);
  }

  /** Keys of all nodes are counted up. */
  private void assertServes(HeldLink link) {
    for (int i = 0; i < KEYS; i++) {
      assertEquals("1", count(link, "{" + i + "}k"));
    }
  }

  private String count(HeldLink link, String key) {
    return String.valueOf(loop.await(() -> link.send(key, Request.cmd(Command.INCR).arg(key))));
  }

  private double moves() {
    return registry
        .get(Metric.REDIS_REDIRECTS.meterName())
        .tag("reason", "moved")
        .counter()
        .count();
  }

  @Test
  void nodesThatAnnounceAHostNameAreReachedByIt() {
    all("cluster-announce-hostname", "localhost");
    all("cluster-preferred-endpoint-type", "hostname");
    redis.until("all know the names", () -> redis.nodes().stream().allMatch(n -> names(n) == 6));
    HeldLink link = open(config(redis.nodes().get(0).url()));
    assertServes(link);
    assertHears(config(redis.nodes().get(0).url()));

    // A slot goes to another node, of which the link is told by its name: by the node that had it,
    // unless it happens to have asked for all slots just then.
    int slot = SlotMap.slotOf("{7}k");
    RedisProcess from = redis.primaryOf(slot);
    RedisProcess to = redis.primaries().stream().filter(node -> node != from).findFirst().get();
    for (int i = 2; moves() == 0; i++) {
      redis.migrate(slot, i % 2 == 0 ? to : from);
      assertEquals(String.valueOf(i), count(link, "{7}k"));
    }
    assertEquals(1, moves());
  }

  private static long names(RedisProcess node) {
    return String.valueOf(node.command("CLUSTER", "NODES"))
        .lines()
        .filter(line -> line.contains(",localhost"))
        .count();
  }

  @Test
  void nodesThatDoNotKnowTheirEndpointAreWhereTheyWereAsked() {
    all("cluster-preferred-endpoint-type", "unknown-endpoint");
    assertServes(open(config(redis.nodes().get(0).url())));
    assertHears(config(redis.nodes().get(0).url()));
  }

  @Test
  void nodesBehindOtherPortsAreReachedThroughThese() {
    List<TcpRelay> relays = redis.nodes().stream().map(node -> new TcpRelay(node.port())).toList();
    try {
      announce(relays.stream().map(TcpRelay::port).toList());
      RedisConfig config = config(at(relays.get(0).port()));
      assertServes(open(config));
      assertHears(config);
      assertTrue(relays.stream().filter(relay -> relay.connections() > 0).count() >= 3);
    } finally {
      relays.forEach(TcpRelay::close);
    }
  }

  @Test
  void nodesBehindTlsAreSpokenToOverItAlsoWhereTheyAreNamedByOthers(@TempDir Path temp) {
    TlsFiles files = TlsFiles.make(temp);
    List<TlsRelay> relays =
        redis.nodes().stream().map(node -> new TlsRelay(loop.vertx(), files, node.port())).toList();
    announce(relays.stream().map(TlsRelay::port).toList());
    String url = at(relays.get(0).port()).replace("redis:", "rediss:");
    assertServes(open(config(url, files.ca())));
    assertHears(config(url, files.ca()));
    assertTrue(relays.stream().filter(relay -> relay.connections() > 0).count() >= 3);
  }

  /** Nodes are at other ports, each in turn, for whoever asks. */
  private static void announce(List<Integer> ports) {
    for (int i = 0; i < ports.size(); i++) {
      RedisProcess node = redis.nodes().get(i);
      node.command("CONFIG", "SET", "cluster-announce-bus-port", node.busPort());
      node.command("CONFIG", "SET", "cluster-announce-port", ports.get(i));
    }
    redis.until(
        "all know the ports", () -> redis.nodes().stream().allMatch(node -> tells(node, ports)));
  }

  /** The URL of the first node, at another port. */
  private static String at(int port) {
    RedisProcess first = redis.nodes().get(0);
    return first.url().replace(":" + first.port(), ":" + port);
  }

  private static boolean tells(RedisProcess node, List<Integer> ports) {
    String nodes = String.valueOf(node.command("CLUSTER", "NODES"));
    return ports.stream().allMatch(port -> nodes.contains(":" + port + "@"));
  }
}
