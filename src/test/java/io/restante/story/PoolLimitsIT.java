package io.restante.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.testing.GatewayExtension;
import io.restante.testing.client.Answer;
import io.restante.testing.client.Ask;
import io.restante.testing.client.HttpChannel;
import io.restante.testing.client.Phone;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every limit of named pools and batches, at its value and just over it. */
class PoolLimitsIT {
  @RegisterExtension
  static final GatewayExtension gateway =
      new GatewayExtension()
          .with("pools.entries-max", "3")
          .with("pools.entry-max-bytes", "40")
          .with("pools.bytes-max", "100")
          .with("pools.ttl-min-s", "5")
          .with("pools.ttl-max-s", "50")
          .with("prekey.batch-max", "2");

  private Phone bob = new Phone(new HttpChannel(gateway.publicUrl()), "+4915550000002");

  @BeforeEach
  void register() {
    bob = bob.register();
  }

  private static JsonObject entry(int bytes) {
    byte[] data = new byte[bytes];
    new java.security.SecureRandom().nextBytes(data);
    return new JsonObject().put("data", Base64.getEncoder().encodeToString(data));
  }

  private static JsonObject entries(int... bytes) {
    JsonArray entries = new JsonArray();
    for (int size : bytes) {
      entries.add(entry(size));
    }
    return new JsonObject().put("entries", entries);
  }

  private void taken(JsonObject body) {
    bob.ask(Ask.put("/v1/pools/mls", body)).expect(204);
  }

  private void refused(JsonObject body, String detail) {
    refused("mls", body, detail);
  }

  private void refused(String name, JsonObject body, String detail) {
    Answer answer = bob.ask(Ask.put("/v1/pools/" + name, body)).expect(422);
    assertEquals("invalid_field", answer.json().getString("code"));
    assertTrue(answer.json().getString("detail").contains(detail), answer.text());
  }

  @Test
  void entriesOfAnUpload() {
    taken(entries(1, 2, 3));
    refused(entries(1, 2, 3, 4), "entries: 4 items (expected: at most 3)");
  }

  @Test
  void bytesOfAnEntryAndOfALastResortOne() {
    taken(entries(40));
    refused(entries(41), "entries[0].data: 41 bytes (expected: 1 to 40 bytes)");
    refused(entries(0), "entries[0].data: 0 bytes");
    taken(new JsonObject().put("lastResort", entry(40)));
    refused(new JsonObject().put("lastResort", entry(41)), "lastResort.data: 41 bytes");
  }

  @Test
  void bytesOfAPool() {
    taken(entries(40, 40, 20));
    refused(entries(40, 40, 21), "entries: 101 bytes or more (expected: at most 100 in all)");
  }

  @Test
  void secondsToLive() {
    taken(entries(1).put("ttlSeconds", 5));
    taken(entries(2).put("ttlSeconds", 50));
    refused(entries(1).put("ttlSeconds", 4), "ttlSeconds: 4 (expected: 5 to 50)");
    refused(entries(1).put("ttlSeconds", 51), "ttlSeconds: 51 (expected: 5 to 50)");
  }

  @Test
  void charactersOfAnId() {
    JsonObject longest = entries(1);
    longest.getJsonArray("entries").getJsonObject(0).put("id", "a b~" + "x".repeat(60));
    taken(longest);
    for (String id : new String[] {"x".repeat(65), "", "\u00e4", "a\n"}) {
      JsonObject wrong = entries(1);
      wrong.getJsonArray("entries").getJsonObject(0).put("id", id);
      refused(wrong, "entries[0].id");
    }
    JsonObject twice = entries(1, 2);
    twice.getJsonArray("entries").getJsonObject(0).put("id", "a");
    twice.getJsonArray("entries").getJsonObject(1).put("id", "a");
    refused(twice, "entries[1].id: again");
  }

  @Test
  void namesOfAPool() {
    bob.ask(Ask.put("/v1/pools/" + "a".repeat(32), entries(1))).expect(204);
    bob.ask(Ask.delete("/v1/pools/" + "a".repeat(32))).expect(204);
    bob.ask(Ask.put("/v1/pools/0-", entries(1))).expect(204);
    for (String name : new String[] {"a".repeat(33), "-a", "A", "a_b", "ec", "kem", "a%2Fb"}) {
      refused(name, entries(1), "name: of");
    }
  }

  @Test
  void orderAndTimeBelongToEntries() {
    refused(new JsonObject().put("order", "newest"), "order: without entries");
    refused(new JsonObject().put("ttlSeconds", 10), "ttlSeconds: without entries");
    refused(entries(1).put("order", "random"), "order: another (expected: oldest or newest)");
  }

  @Test
  void devicesOfABatch() {
    for (String path : new String[] {"/v1/pools/mls/claim", "/v2/keys/batch"}) {
      String field = path.startsWith("/v2") ? "destination" : "account";
      JsonArray list = new JsonArray();
      for (int i = 0; i < 3; i++) {
        String aci = new java.util.UUID(0, i + 1).toString();
        list.add(new JsonObject().put(field, aci).put("device", 1));
        int status = i < 2 ? 200 : 422;
        bob.ask(Ask.post(path, new JsonObject().put("destinations", list))).expect(status);
      }
      bob.ask(Ask.post(path, new JsonObject().put("destinations", new JsonArray()))).expect(422);
    }
  }
}
