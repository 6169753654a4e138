package io.restante.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.testing.EventLoop;
import io.restante.testing.GatewayExtension;
import io.restante.testing.client.Answer;
import io.restante.testing.client.Ask;
import io.restante.testing.client.ClientSocket;
import io.restante.testing.client.Incoming;
import io.restante.testing.client.Phone;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An owner learns that its pools run low: on its socket, at a connect, or by being woken. */
class LowStockIT {
  private static final int LOW = 5;

  /**
   * The interval is longer than the test. With one event loop, what a gateway has to say of a claim
   * is said before what it says of a later one.
   */
  @RegisterExtension
  static final GatewayExtension gateways =
      new GatewayExtension(2)
          .with("http.verticles", "1")
          .with("prekey.low-stock", "" + LOW)
          .with("prekey.low-stock-interval-ms", "600000");

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
  }

  private static boolean isLowStock(Incoming request) {
    return request.request().getVerb().equals("PUT")
        && request.request().getPath().equals("/api/v1/prekeys/low");
  }

  /** The counts that the next request brings, by identity and pool. */
  private static Map<String, Integer> counts(Incoming request) {
    assertTrue(isLowStock(request), request.request().getPath());
    assertTrue(request.headers().contains("Content-Type: application/json"));
    JsonObject body = new JsonObject(request.request().getBody().toStringUtf8());
    assertEquals(LOW, body.getInteger("lowStock"));
    JsonArray pools = body.getJsonArray("pools");
    Map<String, Integer> counts = new HashMap<>();
    for (Object each : pools) {
      JsonObject pool = (JsonObject) each;
      counts.put(
          pool.getString("identity") + " " + pool.getString("name"), pool.getInteger("count"));
    }
    return counts;
  }

  private static Map<String, Integer> both(int count) {
    return Map.of("aci ec", count, "aci kem", count);
  }

  private static void fetch(Phone by, Phone from, int times) {
    for (int i = 0; i < times; i++) {
      by.fetch(from.peer());
    }
  }

  private @Nullable Object woken(Phone phone) {
    return gateways.redis().command("GET", "{" + phone.aci() + "}:stock-woken:1");
  }

  @Test
  void theClaimThatTakesAPoolBelowItsThresholdIsTheOneThatTells() {
    Phone bob = here.phoneWithKeys(LOW + 3);
    Phone alice = here.phone();
    ClientSocket socket = here.connectForStock(bob);
    socket.awaitQueueEmpty();
    fetch(alice, bob, 3);
    alice.send(bob.peer(), "one more");
    Incoming first = socket.next();
    Incoming second = socket.next();
    Incoming low = isLowStock(first) ? first : second;
    assertEquals(both(LOW - 1), counts(low));
    assertTrue((isLowStock(first) ? second : first).isMessage());
    socket.answer(low, 404);
  }

  @Test
  void itIsToldOnceInItsIntervalAndTheLastResortKeyIsNothingElse() {
    Phone bob = here.phoneWithKeys(LOW);
    Phone alice = here.phone();
    ClientSocket socket = here.connectForStock(bob);
    socket.awaitQueueEmpty();
    fetch(alice, bob, 1);
    assertEquals(both(LOW - 1), counts(socket.next()));
    fetch(alice, bob, LOW + 2);
    ClientSocket again = here.connectForStock(bob);
    Map<String, Integer> atConnect = counts(nextLowStock(again));
    assertEquals(both(0), atConnect);
    assertEquals(0, socket.unread());
  }

  private static Incoming nextLowStock(ClientSocket socket) {
    Incoming next = socket.next();
    return isLowStock(next) ? next : socket.next();
  }

  @Test
  void aLastResortKeyThatIsUsedIsTold() {
    Phone bob = here.phone();
    ClientSocket socket = here.connectForStock(bob);
    assertEquals(both(0), counts(nextLowStock(socket)));
    Phone carol = here.phoneWithKeys(1);
    double before = wakings();
    fetch(here.phone(), carol, 1);
    fetch(there.phone(), carol, 1);
    EventLoop.until("carol is woken", () -> woken(carol) != null);
    EventLoop.until("it is counted", () -> wakings() == before + 1);
  }

  @Test
  void aSocketAtAnotherGatewayIsTold() {
    Phone bob = here.phoneWithKeys(LOW);
    Phone alice = there.phone();
    ClientSocket socket = here.connectForStock(bob);
    socket.awaitQueueEmpty();
    fetch(alice, bob, 1);
    assertEquals(both(LOW - 1), counts(socket.next()));
    assertNull(woken(bob));
  }

  @Test
  void severalGatewaysThatSeeItAtOnceTellOnce() {
    Phone bob = here.phoneWithKeys(LOW + 4);
    Phone alice = here.phone();
    ClientSocket socket = here.connectForStock(bob);
    socket.awaitQueueEmpty();
    Ask ask = alice.signed(Phone.fetching(bob.peer()));
    List<CompletableFuture<Answer>> all = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      all.add((i % 2 == 0 ? here : there).http().send(ask));
    }
    all.forEach(CompletableFuture::join);
    assertTrue(counts(socket.next()).values().stream().allMatch(count -> count < LOW));
    // Whatever else either of them says is said before this.
    alice.send(bob.peer(), "the end");
    assertTrue(socket.next().isMessage());
  }

  @Test
  void whoDidNotAskIsNotTold() {
    Phone bob = here.phoneWithKeys(LOW - 2);
    ClientSocket socket = here.connect(bob);
    socket.awaitQueueEmpty();
    fetch(here.phone(), bob, LOW);
    Phone witness = here.phoneWithKeys(LOW);
    ClientSocket other = here.connectForStock(witness);
    other.awaitQueueEmpty();
    fetch(here.phone(), witness, 1);
    counts(other.next());
    assertEquals(0, socket.unread());
    assertNull(woken(bob), "it is connected");
  }

  @Test
  void whoConnectsWithEnoughIsNotToldAndAfterARefillNoMore() {
    Phone bob = here.phoneWithKeys(LOW - 1);
    assertEquals(both(LOW - 1), counts(nextLowStock(here.connectForStock(bob))));
    bob.refill(20);
    ClientSocket socket = here.connectForStock(bob);
    socket.awaitQueueEmpty();
    fetch(here.phone(), bob, 15);
    ClientSocket again = there.connectForStock(bob);
    again.awaitQueueEmpty();
    assertEquals(0, again.unread() + socket.unread());
    fetch(there.phone(), bob, 1);
    assertEquals(both(LOW - 1), counts(again.next()));
  }

  @Test
  void anOwnerThatIsAwayIsWokenOnceADay() {
    double before = wakings();
    Phone bob = here.phoneWithKeys(LOW);
    fetch(here.phone(), bob, 1);
    EventLoop.until("bob is woken", () -> woken(bob) != null);
    EventLoop.until("it is counted", () -> wakings() == before + 1);
    fetch(there.phone(), bob, LOW);
    Phone witness = here.phoneWithKeys(LOW);
    fetch(there.phone(), witness, 1);
    EventLoop.until("the witness is woken", () -> wakings() >= before + 2);
    String key = "{" + bob.aci() + "}:stock-woken:1";
    long ttlMs = Long.parseLong(String.valueOf(gateways.redis().command("PTTL", key)));
    assertTrue(ttlMs > 86_000_000 && ttlMs <= 86_400_000, ttlMs + " ms");
    assertEquals(before + 2, wakings());
  }

  /** By either gateway. */
  private static double wakings() {
    String series = "restante_low_stock_total{way=\"push\"}";
    return gateways.metric(0, series) + gateways.metric(1, series);
  }
}
