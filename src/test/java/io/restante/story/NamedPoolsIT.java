package io.restante.story;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.testing.EventLoop;
import io.restante.testing.GatewayExtension;
import io.restante.testing.client.Answer;
import io.restante.testing.client.Ask;
import io.restante.testing.client.HttpChannel;
import io.restante.testing.client.Phone;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The own API of named pools, as an owner and its peers use it. */
class NamedPoolsIT {
  @RegisterExtension
  static final GatewayExtension gateway =
      new GatewayExtension().with("pools.names-max", "2").with("pools.names-ever-max", "4");

  private static int next = 100;

  private final HttpChannel http = new HttpChannel(gateway.publicUrl());
  private Phone alice = new Phone(http, "+49155500" + next++);
  private Phone bob = new Phone(http, "+49155500" + next++);

  @BeforeEach
  void register() {
    alice = alice.register();
    bob = bob.register();
  }

  private static String data(String text) {
    return Base64.getEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static JsonObject entry(String id, String text) {
    return new JsonObject().put("id", id).put("data", data(text));
  }

  private static JsonObject entries(String... texts) {
    JsonArray entries = new JsonArray();
    for (String text : texts) {
      entries.add(entry("id-" + text, text));
    }
    return new JsonObject().put("entries", entries);
  }

  private String dropped(String name, JsonObject body) {
    return String.valueOf(
        bob.ask(Ask.put("/v1/pools/" + name, body)).expect(204).header("X-Restante-Keys-Dropped"));
  }

  private static JsonObject destinations(Object... accountsAndDevices) {
    JsonArray list = new JsonArray();
    for (int i = 0; i < accountsAndDevices.length; i += 2) {
      list.add(
          new JsonObject()
              .put("account", accountsAndDevices[i])
              .put("device", accountsAndDevices[i + 1]));
    }
    return new JsonObject().put("destinations", list);
  }

  private Ask claiming(String name, JsonObject destinations) {
    return Ask.post("/v1/pools/" + name + "/claim", destinations);
  }

  private List<JsonObject> claim(String name, JsonObject destinations) {
    List<JsonObject> results = new ArrayList<>();
    alice
        .ask(claiming(name, destinations))
        .expect(200)
        .json()
        .getJsonArray("results")
        .forEach(result -> results.add((JsonObject) result));
    return results;
  }

  private JsonObject claimOfBob(String name) {
    return claim(name, destinations(bob.aci(), 1)).get(0);
  }

  private JsonObject state(String name) {
    return bob.ask(Ask.get("/v1/pools/" + name)).expect(200).json();
  }

  @Test
  void entriesAreHandedOutOnceInOrderAndThenTheLastResortOneInTheSameShape() {
    assertEquals("0", dropped("mls", entries("a", "b").put("lastResort", entry("z", "last"))));
    assertEquals(2, state("mls").getInteger("count"));
    assertTrue(state("mls").getBoolean("hasLastResort"));
    JsonObject expected =
        new JsonObject()
            .put("account", bob.aci())
            .put("device", 1)
            .put("entry", entry("id-a", "a"));
    assertEquals(expected, claimOfBob("mls"));
    assertEquals(entry("id-b", "b"), claimOfBob("mls").getJsonObject("entry"));
    assertEquals(entry("z", "last"), claimOfBob("mls").getJsonObject("entry"));
    assertEquals(entry("z", "last"), claimOfBob("mls").getJsonObject("entry"));
    assertEquals(0, state("mls").getInteger("count"));
    assertFalse(state("mls").containsKey("oldestAgeSeconds"));
  }

  @Test
  void theNewestFirstWhereItsOwnerSaysSo() {
    dropped("mls", entries("a", "b", "c").put("order", "newest"));
    assertEquals("newest", state("mls").getString("order"));
    for (String text : new String[] {"c", "b", "a"}) {
      assertEquals(data(text), claimOfBob("mls").getJsonObject("entry").getString("data"));
    }
  }

  @Test
  void anEntryWithoutAnIdAndAnEmptyPool() {
    dropped(
        "olm",
        new JsonObject()
            .put("entries", new JsonArray().add(new JsonObject().put("data", data("a")))));
    assertEquals(new JsonObject().put("data", data("a")), claimOfBob("olm").getJsonObject("entry"));
    assertEquals(error(404, "no_such_key"), claimOfBob("olm").getJsonObject("error"));
  }

  private static JsonObject error(int status, String code) {
    return new JsonObject().put("status", status).put("code", code);
  }

  @Test
  void entriesExpireTogetherAndTheLastResortOneStays() {
    dropped("mls", entries("a", "b").put("ttlSeconds", 600).put("lastResort", entry("z", "last")));
    assertEquals(600, state("mls").getInteger("ttlSeconds"));
    String list = "{" + bob.aci() + "}:pool:aci:mls:1";
    assertTrue(gateway.redis().command("TTL", list) instanceof Long ttl && ttl > 500);
    gateway.redis().command("PEXPIRE", list, 1);
    EventLoop.until("the entries are gone", () -> state("mls").getInteger("count") == 0);
    assertEquals(entry("z", "last"), claimOfBob("mls").getJsonObject("entry"));
    assertEquals("0", dropped("mls", entries("c")));
    assertEquals(-1L, gateway.redis().command("TTL", list));
  }

  @Test
  void whatWasHandedOutOrIsKnownUnderAnotherIdNeverComesBack() {
    dropped("mls", entries("a", "b"));
    claimOfBob("mls");
    assertEquals("1", dropped("mls", entries("a", "b")));
    JsonObject renamed = entries("c");
    renamed.getJsonArray("entries").add(entry("other", "a")).add(entry("third", "c"));
    assertEquals("2", dropped("mls", renamed));
    assertEquals(data("c"), claimOfBob("mls").getJsonObject("entry").getString("data"));
    assertTrue(claimOfBob("mls").containsKey("error"));
  }

  @Test
  void aDeletedPoolIsGoneAndItsLedgerIsNot() {
    dropped("mls", entries("a"));
    bob.ask(Ask.delete("/v1/pools/mls")).expect(204);
    assertEquals(
        "no_such_pool", bob.ask(Ask.delete("/v1/pools/mls")).expect(404).json().getString("code"));
    bob.ask(Ask.get("/v1/pools/mls")).expect(404);
    assertEquals(error(404, "no_such_pool"), claimOfBob("mls").getJsonObject("error"));
    assertEquals("1", dropped("mls", entries("a")));
    assertEquals(error(404, "no_such_key"), claimOfBob("mls").getJsonObject("error"));
  }

  @Test
  void theInventoryNamesAllPoolsWithTheirCountsAndAges() {
    bob.refill(20);
    dropped("mls", entries("a", "b").put("lastResort", entry("z", "last")));
    JsonObject inventory = bob.ask(Ask.get("/v1/pools")).expect(200).json();
    List<String> pools = new ArrayList<>();
    for (Object each : inventory.getJsonArray("pools")) {
      JsonObject pool = (JsonObject) each;
      pools.add(
          pool.getString("identity")
              + " "
              + pool.getString("name")
              + " "
              + pool.getInteger("count")
              + " "
              + pool.getBoolean("hasLastResort")
              + " "
              + pool.containsKey("oldestAgeSeconds"));
    }
    assertEquals(
        List.of(
            "aci ec 20 false true",
            "aci kem 20 true true",
            "pni ec 0 false false",
            "pni kem 0 true false",
            "aci mls 2 true true"),
        pools);
    assertEquals(2, inventory.getJsonArray("signedPreKeys").size());
    JsonObject signed = inventory.getJsonArray("signedPreKeys").getJsonObject(0);
    assertEquals("aci", signed.getString("identity"));
    assertTrue(signed.getInteger("ageSeconds") >= 0 && signed.getInteger("ageSeconds") < 600);
  }

  @Test
  void aDeviceHasSoManyPoolsAndNoMore() {
    dropped("one", entries("a"));
    dropped("two", entries("a"));
    Answer third = bob.ask(Ask.put("/v1/pools/three", entries("a"))).expect(422);
    assertTrue(third.text().contains("at most 2 pools"), third.text());
    dropped("two", entries("b"));
    bob.ask(Ask.delete("/v1/pools/one")).expect(204);
    dropped("three", entries("a"));
  }

  @Test
  void aNameIsRememberedWhenItsPoolIsDeletedAndSoManyAreAndNoMore() {
    for (String name : new String[] {"one", "two", "three", "four"}) {
      dropped(name, entries("a"));
      bob.ask(Ask.delete("/v1/pools/" + name)).expect(204);
    }
    Answer fifth = bob.ask(Ask.put("/v1/pools/five", entries("a"))).expect(422);
    assertEquals(
        "name: one name more (expected: at most 4 that a device ever fills, deleted ones too)",
        fifth.json().getString("detail"));
    assertEquals("1", dropped("two", entries("a", "b")));
  }

  @Test
  void whoeverKnowsTheAccessKeyClaimsFromThatAccountOnly() {
    dropped("mls", entries("a", "b"));
    Ask ask = claiming("mls", destinations(bob.aci(), 1));
    Ask anonymous = ask.with("Unidentified-Access-Key", bob.accessKey());
    Answer answer = http.send(anonymous).join().expect(200);
    assertTrue(answer.text().contains(data("a")));
    String wrong = Base64.getEncoder().encodeToString(new byte[16]);
    http.send(ask.with("Unidentified-Access-Key", wrong)).join().expect(401);
    http.send(
            claiming("mls", destinations(UUID.randomUUID().toString(), 1))
                .with("Unidentified-Access-Key", bob.accessKey()))
        .join()
        .expect(401);
    http.send(ask).join().expect(401);
    http.send(
            claiming("mls", destinations(bob.aci(), 1, alice.aci(), 1))
                .with("Unidentified-Access-Key", bob.accessKey()))
        .join()
        .expect(422);
    http.send(anonymous.with("Idempotency-Key", "12345678")).join().expect(422);
    assertEquals(1, state("mls").getInteger("count"));
  }

  @Test
  void anIdempotencyKeyHoldsForEachDeviceByItself() {
    dropped("mls", entries("a", "b", "c"));
    Ask once = claiming("mls", destinations(bob.aci(), 1)).with("Idempotency-Key", "12345678");
    Answer first = alice.ask(once).expect(200);
    assertArrayEquals(first.body(), alice.ask(once).expect(200).body());
    Answer more =
        alice
            .ask(
                claiming("mls", destinations(alice.aci(), 1, bob.aci(), 1))
                    .with("Idempotency-Key", "12345678"))
            .expect(200);
    assertEquals(
        first.json().getJsonArray("results").getJsonObject(0),
        more.json().getJsonArray("results").getJsonObject(1));
    assertEquals(2, state("mls").getInteger("count"));
    assertNotEquals(first.text(), alice.ask(claiming("mls", destinations(bob.aci(), 1))).text());
  }

  @Test
  void oneBadDestinationKeepsNothingFromTheOthersAndTheOrderIsTheRequests() {
    dropped("mls", entries("a", "b"));
    String unknown = UUID.randomUUID().toString();
    String nobody = UUID.randomUUID().toString();
    List<JsonObject> results =
        claim(
            "mls",
            destinations(unknown, 1, bob.aci(), 9, bob.aci(), 1, alice.aci(), "*", nobody, "*"));
    assertEquals(error(404, "no_such_account"), results.get(0).getJsonObject("error"));
    assertEquals(error(404, "no_such_device"), results.get(1).getJsonObject("error"));
    assertEquals(entry("id-a", "a"), results.get(2).getJsonObject("entry"));
    assertEquals(error(404, "no_such_pool"), results.get(3).getJsonObject("error"));
    assertEquals(1, results.get(3).getInteger("device"));
    assertEquals(error(404, "no_such_account"), results.get(4).getJsonObject("error"));
    assertEquals("*", results.get(4).getString("device"));
    for (JsonObject twice :
        List.of(
            destinations(bob.aci(), 1, bob.aci(), 1),
            destinations(bob.aci(), "*", bob.aci(), 1),
            destinations(bob.aci(), 1, bob.aci(), "*"))) {
      alice.ask(claiming("mls", twice)).expect(422);
    }
    assertEquals(1, state("mls").getInteger("count"));
  }

  @Test
  void aNewRegistrationAndADeletionTakeNamedPoolsToo() {
    dropped("mls", entries("a").put("lastResort", entry("z", "last")));
    bob.register();
    bob.ask(Ask.get("/v1/pools/mls")).expect(404);
    assertEquals("1", dropped("mls", entries("a")));
    dropped("mls", entries("b"));
    bob.ask(Ask.delete("/v1/accounts/me")).expect(204);
    assertEquals(List.of(), gateway.redis().command("KEYS", "{" + bob.aci() + "}*"));
  }
}
