package io.restante.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.redis.Subscriptions.Listener;
import io.restante.testing.EventLoop;
import io.restante.testing.RedisCluster;
import io.restante.testing.RedisProcess;
import io.restante.testing.RedisServerExtension;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ClusterSubscriptionsIT {
  /** Where a primary is frozen. */
  private static final int TIMEOUT_MS = 1_000;

  private static final int CHANNELS = 60;

  private static final RedisCluster cluster = new RedisCluster();

  @RegisterExtension static final RedisServerExtension redis = RedisServerExtension.on(cluster);

  private final EventLoop loop = new EventLoop();
  private final List<Ear> ears = new ArrayList<>();
  private HeldSubscriptions subscriptions;

  @BeforeEach
  void open() {
    open(redis.config());
  }

  private void open(RedisConfig config) {
    subscriptions =
        loop.await(() -> HeldSubscriptions.open(loop.vertx(), config, RedisMetrics.none()));
  }

  @AfterEach
  void close() {
    loop.await(subscriptions::close);
    loop.close();
  }

  /** Notes what it hears. */
  private static final class Ear implements Listener {
    final String channel;
    final ConcurrentLinkedQueue<String> heard = new ConcurrentLinkedQueue<>();
    final AtomicInteger reconnects = new AtomicInteger();

    Ear(String channel) {
      this.channel = channel;
    }

    @Override
    public void onMessage(Buffer message) {
      heard.add(message.toString());
    }

    @Override
    public void onReconnect() {
      reconnects.incrementAndGet();
    }

    long publish(String message) {
      return (Long) Objects.requireNonNull(cluster.command(channel, "SPUBLISH", channel, message));
    }

    void awaitHeard(String message) {
      EventLoop.until("heard " + message, () -> heard.contains(message));
    }
  }

  private Ear listen(String channel) {
    Ear ear = new Ear(channel);
    loop.await(() -> subscriptions.subscribe(channel, ear));
    ears.add(ear);
    return ear;
  }

  private List<Ear> listenToMany() {
    return IntStream.range(0, CHANNELS).mapToObj(i -> listen("{" + i + "}:bell")).toList();
  }

  private void awaitAlive() {
    EventLoop.until("alive", subscriptions::isAlive);
  }

  @Test
  void everyChannelIsHeardFromThePrimaryOfItsSlotAndCountedThere() {
    Set<RedisProcess> primaries = new HashSet<>();
    for (Ear ear : listenToMany()) {
      assertEquals(1, ear.publish("now"));
      ear.awaitHeard("now");
      primaries.add(cluster.primaryOf(ear.channel));
    }
    assertEquals(3, primaries.size());
  }

  @Test
  void aBroadcastIsHeardOnceWhicheverNodeItIsToldTo() {
    Ear ear = new Ear("revoked");
    subscriptions.onBroadcast("revoked", ear::onMessage, ear::onReconnect);
    EventLoop.until(
        "subscribed",
        () ->
            cluster.nodes().stream()
                .anyMatch(
                    node -> Long.valueOf(1).equals(node.command("PUBLISH", "revoked", "first"))));
    ear.awaitHeard("first");
    List<String> sent = new ArrayList<>();
    for (int i = 0; i < cluster.nodes().size(); i++) {
      cluster.nodes().get(i).command("PUBLISH", "revoked", "n" + i);
      sent.add("n" + i);
      ear.awaitHeard("n" + i);
    }
    assertEquals(sent, ear.heard.stream().filter(each -> each.startsWith("n")).toList());
  }

  @Test
  void aChannelFollowsItsSlotAndItsListenerIsTold() {
    Ear moved = listen("{moved}:bell");
    Ear beside = listen("{moved}:other");
    int slot = SlotMap.slotOf(moved.channel);
    RedisProcess from = cluster.primaryOf(slot);
    RedisProcess to = other(from);
    cluster.migrate(slot, to);
    EventLoop.until("told", () -> moved.reconnects.get() > 0 && beside.reconnects.get() > 0);
    assertEquals(1, moved.publish("there"));
    moved.awaitHeard("there");
    // More than once, where a node that was asked had not heard of it yet.
    int movedBefore = moved.reconnects.get();
    int besideBefore = beside.reconnects.get();
    cluster.migrate(slot, from);
    EventLoop.until(
        "told again",
        () -> moved.reconnects.get() > movedBefore && beside.reconnects.get() > besideBefore);
    assertEquals(1, beside.publish("back"));
    beside.awaitHeard("back");
    awaitAlive();
  }

  @Test
  void aProbeWhoseSlotWasAwayForAMomentIsAskedForAgain() {
    RedisProcess primary = cluster.primaryOf(0);
    RedisProcess other = other(primary);
    for (int i = 0; i < 5; i++) {
      int slot = SlotMap.slotOf(awaitProbe(primary));
      cluster.migrate(slot, other);
      cluster.migrate(slot, primary);
    }
    awaitProbe(primary);
    awaitAlive();
  }

  private static String awaitProbe(RedisProcess primary) {
    List<String> found = new ArrayList<>();
    EventLoop.until(
        "it has a probe",
        () -> {
          found.clear();
          found.addAll(probes(primary));
          return found.size() == 1;
        });
    return found.get(0);
  }

  private static List<String> probes(RedisProcess primary) {
    Object names = primary.command("PUBSUB", "SHARDCHANNELS", "restante:probe:*");
    return names instanceof List<?> list ? list.stream().map(Object::toString).toList() : List.of();
  }

  @Test
  void aPromotedReplicaGetsTheChannelsAndEachListenerIsTold() {
    List<Ear> all = listenToMany();
    RedisProcess before = cluster.primaryOf(all.get(0).channel);
    List<Ear> affected =
        all.stream().filter(ear -> cluster.primaryOf(ear.channel) == before).toList();
    cluster.promoteReplicaOf(before);
    EventLoop.until("told", () -> affected.stream().allMatch(ear -> ear.reconnects.get() > 0));
    for (Ear ear : all) {
      EventLoop.until("counted there", () -> ear.publish("again") == 1);
      ear.awaitHeard("again");
    }
    awaitAlive();
  }

  @Test
  void afterTheDeathOfAPrimaryItsChannelsAreHeardFromItsSuccessor() {
    List<Ear> all = listenToMany();
    RedisProcess killed = cluster.primaryOf(all.get(0).channel);
    List<Ear> affected =
        all.stream().filter(ear -> cluster.primaryOf(ear.channel) == killed).toList();
    killed.kill();
    try {
      EventLoop.until("noticed", () -> !subscriptions.isAlive());
      cluster.awaitSuccessor(killed);
      EventLoop.until("told", () -> affected.stream().allMatch(ear -> ear.reconnects.get() > 0));
      for (Ear ear : all) {
        assertEquals(1, ear.publish("again"));
        ear.awaitHeard("again");
      }
      awaitAlive();
    } finally {
      cluster.revive(killed);
    }
  }

  @Test
  void aFrozenPrimaryIsNoticedAndTheOthersAreHeardMeanwhile() {
    loop.await(subscriptions::close);
    open(redis.config().withLimits(TIMEOUT_MS, 10_240));
    List<Ear> all = listenToMany();
    RedisProcess frozen = cluster.primaryOf(all.get(0).channel);
    Ear elsewhere =
        all.stream()
            .filter(ear -> cluster.primaryOf(ear.channel) != frozen)
            .findFirst()
            .orElseThrow();
    RedisProcess there = cluster.primaryOf(elsewhere.channel);
    frozen.freeze();
    try {
      // By a probe that is not heard: there is no failover.
      EventLoop.until("noticed", () -> !subscriptions.isAlive());
      there.command("SPUBLISH", elsewhere.channel, "meanwhile");
      elsewhere.awaitHeard("meanwhile");
    } finally {
      frozen.thaw();
    }
    awaitAlive();
    cluster.awaitWhole();
    for (Ear ear : all) {
      EventLoop.until("counted there", () -> ear.publish("again") == 1);
    }
  }

  @Test
  void aNewPrimaryIsConnectedOnceItHasASlotAndLeftOnceItHasNone() {
    Ear ear = listen("{new}:bell");
    int slot = SlotMap.slotOf(ear.channel);
    RedisProcess from = cluster.primaryOf(slot);
    RedisProcess added = cluster.addPrimary();
    cluster.migrate(slot, added);
    EventLoop.until("told", () -> ear.reconnects.get() > 0);
    assertEquals(1, ear.publish("there"));
    ear.awaitHeard("there");
    awaitAlive();
    int before = ear.reconnects.get();
    cluster.migrate(slot, from);
    EventLoop.until("told again", () -> ear.reconnects.get() > before);
    EventLoop.until(
        "left", () -> !String.valueOf(added.command("CLIENT", "LIST")).contains("cmd=ssubscribe"));
    awaitAlive();
  }

  @Test
  void whatIsPublishedWhileSlotsMoveIsHeardOrTheListenerIsToldAfterwards() {
    List<Ear> all = listenToMany();
    RedisProcess from = cluster.primaryOf(all.get(0).channel);
    RedisProcess to = other(from);
    List<Ear> moving = all.stream().filter(ear -> cluster.primaryOf(ear.channel) == from).toList();
    record Sent(Ear ear, String message, int reconnectsBefore) {}
    List<Sent> sent = new ArrayList<>();
    for (int round = 0; round < 4; round++) {
      RedisProcess there = round % 2 == 0 ? to : from;
      for (Ear ear : moving) {
        cluster.migrate(SlotMap.slotOf(ear.channel), there);
        for (Ear each : moving) {
          String message = "n" + sent.size();
          sent.add(new Sent(each, message, each.reconnects.get()));
          each.publish(message);
        }
      }
    }
    for (Sent each : sent) {
      EventLoop.until(
          "heard or told",
          () ->
              each.ear.heard.contains(each.message)
                  || each.ear.reconnects.get() > each.reconnectsBefore);
    }
    for (Ear ear : all) {
      EventLoop.until("counted there", () -> ear.publish("end") == 1);
      ear.awaitHeard("end");
    }
    assertTrue(moving.size() > 5, "moved: " + moving.size());
    awaitAlive();
  }

  private static RedisProcess other(RedisProcess primary) {
    return IntStream.of(0, 8_000, 16_000)
        .mapToObj(cluster::primaryOf)
        .filter(node -> node != primary)
        .findFirst()
        .orElseThrow();
  }
}
