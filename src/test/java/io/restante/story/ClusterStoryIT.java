package io.restante.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.redis.SlotMap;
import io.restante.testing.EventLoop;
import io.restante.testing.GatewayExtension;
import io.restante.testing.RedisCluster;
import io.restante.testing.RedisProcess;
import io.restante.testing.RedisServerExtension;
import io.restante.testing.client.Ask;
import io.restante.testing.client.ClientSocket;
import io.restante.testing.client.HttpChannel;
import io.restante.testing.client.Phone;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two gateways on a cluster whose slots move and whose primaries change under open sockets. */
class ClusterStoryIT {
  private static final RedisCluster cluster = new RedisCluster();

  @RegisterExtension
  static final GatewayExtension gateways =
      new GatewayExtension(2, RedisServerExtension.on(cluster))
          // What arrives is acked at the end, however long the cluster took until then.
          .with("session.ack-deadline-ms", "600000");

  private Cast here;
  private Cast there;

  @BeforeEach
  void begin() {
    here = new Cast(gateways.gateway(0).publicUrl());
    there = new Cast(gateways.gateway(1).publicUrl());
  }

  @AfterEach
  void end() {
    here.close();
    there.close();
    cluster.awaitWhole();
  }

  private static int slot(Phone phone) {
    return SlotMap.slotOf("{" + phone.aci() + "}");
  }

  private static RedisProcess primaryOf(Phone phone) {
    return cluster.primaryOf(slot(phone));
  }

  private static List<RedisProcess> primaries() {
    return IntStream.of(0, SlotMap.SLOTS / 2, SlotMap.SLOTS - 1)
        .mapToObj(cluster::primaryOf)
        .toList();
  }

  private static void awaitReady() {
    for (int gateway = 0; gateway < 2; gateway++) {
      HttpChannel management = new HttpChannel(gateways.gateway(gateway).managementUrl());
      EventLoop.until(
          "the gateway is ready", () -> management.ask(Ask.get("/health/ready")).status() == 200);
    }
  }

  /** Sends until it is taken: a connection that saw two failovers may refuse a claim. */
  private static void send(Phone from, Phone to, String text) {
    EventLoop.until(
        "a send is taken",
        () -> {
          try {
            from.send(to.peer(), text);
            return true;
          } catch (AssertionError refused) {
            return false;
          }
        });
  }

  /** One phone sends to another until it is told to stop, and notes what was answered 200. */
  private final class Chatter {
    private final AtomicBoolean over = new AtomicBoolean();
    private final List<String> taken = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Void> done;

    Chatter(Phone from, Phone to) {
      done =
          CompletableFuture.runAsync(
              () -> {
                for (int i = 0; !over.get(); i++) {
                  Ask send = from.sending(to.peer(), "n" + i);
                  if (there.http().ask(from.signed(send)).status() == 200) {
                    taken.add("n" + i);
                  }
                }
              });
    }

    void awaitTaken(int more) {
      int before = taken.size();
      EventLoop.until("sends are taken", () -> done.isDone() || taken.size() >= before + more);
    }

    /** What was answered 200, in order. */
    List<String> stop() {
      over.set(true);
      done.join();
      return taken;
    }
  }

  /** Reads until all of these have come; nothing of them may be late, lost or out of order. */
  private static void assertArrive(List<String> taken, Phone to, ClientSocket socket) {
    List<String> got = new ArrayList<>();
    while (!got.containsAll(taken)) {
      String text = to.decrypt(socket.take());
      // A send that was answered 503 may have been stored.
      if (taken.contains(text) && !got.contains(text)) {
        got.add(text);
      }
    }
    assertEquals(taken, got);
  }

  @Test
  void whatIsSentWhileItsSlotMovesArrivesInOrderOnTheSameSocket() {
    Phone bob = here.phoneWithKeys(1);
    Phone alice = there.phone();
    ClientSocket toBob = here.connect(bob);
    toBob.awaitQueueEmpty();
    send(alice, bob, "before");
    assertEquals("before", bob.decrypt(toBob.take()));
    Chatter chatter = new Chatter(alice, bob);
    List<RedisProcess> all = primaries();
    for (int i = 0; i < 6; i++) {
      RedisProcess from = primaryOf(bob);
      RedisProcess to = all.get((all.indexOf(from) + 1) % all.size());
      cluster.migrate(slot(bob), to);
      chatter.awaitTaken(3);
    }
    assertArrive(chatter.stop(), bob, toBob);
    assertFalse(toBob.isClosed());
  }

  @Test
  void whatIsSentWhileAReplicaIsPromotedArrivesInOrderOnTheSameSocket() {
    Phone bob = here.phoneWithKeys(1);
    Phone alice = there.phone();
    ClientSocket toBob = here.connect(bob);
    toBob.awaitQueueEmpty();
    send(alice, bob, "before");
    assertEquals("before", bob.decrypt(toBob.take()));
    Chatter chatter = new Chatter(alice, bob);
    for (int i = 0; i < 2; i++) {
      cluster.promoteReplicaOf(primaryOf(bob));
      chatter.awaitTaken(10);
    }
    assertArrive(chatter.stop(), bob, toBob);
    assertFalse(toBob.isClosed());
  }

  @Test
  void afterTheDeathOfAPrimaryDoorbellsRingAndSocketsDisplaceEachOther() {
    Phone bob = here.phoneWithKeys(1);
    Phone alice = there.phone();
    ClientSocket toBob = here.connect(bob);
    toBob.awaitQueueEmpty();
    RedisProcess killed = primaryOf(bob);
    cluster.failOver(killed);
    awaitReady();
    send(alice, bob, "afterwards");
    assertEquals("afterwards", bob.decrypt(toBob.take()));
    Cast.awaitMail(gateways.redis(), bob, 0);
    ClientSocket second = there.connect(bob);
    assertEquals(4409, toBob.closeCode());
    second.awaitQueueEmpty();
    cluster.revive(killed);
    RedisProcess now = primaryOf(bob);
    cluster.migrate(slot(bob), primaries().stream().filter(p -> p != now).findAny().orElseThrow());
    ClientSocket third = here.connect(bob);
    assertEquals(4409, second.closeCode());
    third.awaitQueueEmpty();
  }

  @Test
  void aRevocationIsHeardByTheOtherGatewayWhicheverPrimaryWasReplaced() {
    for (RedisProcess primary : primaries()) {
      Phone bob = here.phoneWithKeys(1);
      ClientSocket toBob = there.connect(bob);
      toBob.awaitQueueEmpty();
      cluster.promoteReplicaOf(primary);
      awaitReady();
      long asked = System.nanoTime();
      bob.ask(Ask.delete("/v1/accounts/me")).expect(204);
      assertEquals(4401, toBob.closeCode());
      // Without the signal its credentials would be good for 50 s from the connect.
      assertTrue(System.nanoTime() - asked < 20_000_000_000L);
    }
  }
}
