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
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nodes of a cluster that are not where they listen: named, unnamed, or behind other ports. */
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
        .withLimits(10_000, RedisConfig.IN_FLIGHT_MAX);
  }

  /** Opens a link that is told of one node only, by its address. */
  private HeldLink open(String url) {
    return loop.await(() -> HeldLink.open(loop.vertx(), config(url), metrics));
  }

  /** Subscriptions are opened only where every primary's publishes are heard. */
  private void assertHears(String url) {
    HeldSubscriptions heard =
        loop.await(() -> HeldSubscriptions.open(loop.vertx(), config(url), metrics));
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
    HeldLink link = open(redis.nodes().get(0).url());
    assertServes(link);
    assertHears(redis.nodes().get(0).url());

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
    assertServes(open(redis.nodes().get(0).url()));
    assertHears(redis.nodes().get(0).url());
  }

  @Test
  void nodesBehindOtherPortsAreReachedThroughThese() {
    List<TcpRelay> relays = redis.nodes().stream().map(node -> new TcpRelay(node.port())).toList();
    try {
      for (int i = 0; i < relays.size(); i++) {
        RedisProcess node = redis.nodes().get(i);
        node.command("CONFIG", "SET", "cluster-announce-bus-port", node.busPort());
        node.command("CONFIG", "SET", "cluster-announce-port", relays.get(i).port());
      }
      redis.until(
          "all know the ports", () -> redis.nodes().stream().allMatch(node -> tells(node, relays)));
      RedisProcess first = redis.nodes().get(0);
      String url = first.url().replace(":" + first.port(), ":" + relays.get(0).port());
      assertServes(open(url));
      assertHears(url);
      assertTrue(relays.stream().filter(relay -> relay.connections() > 0).count() >= 3);
    } finally {
      relays.forEach(TcpRelay::close);
    }
  }

  private static boolean tells(RedisProcess node, List<TcpRelay> relays) {
    String nodes = String.valueOf(node.command("CLUSTER", "NODES"));
    return relays.stream().allMatch(relay -> nodes.contains(":" + relay.port() + "@"));
  }
}
