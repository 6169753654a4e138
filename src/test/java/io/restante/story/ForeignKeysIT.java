package io.restante.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.restante.testing.GatewayExtension;
import io.restante.testing.NodeProgram;
import io.restante.testing.client.Ask;
import io.restante.testing.client.HttpChannel;
import io.restante.testing.client.Phone;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Real keys of other protocols in named pools: MLS KeyPackages (RFC 9420) and Olm keys. */
class ForeignKeysIT {
  @RegisterExtension static final GatewayExtension gateway = new GatewayExtension();

  private final HttpChannel http = new HttpChannel(gateway.publicUrl());
  private Phone alice = new Phone(http, "+4915550000001");
  private Phone bob = new Phone(http, "+4915550000002");

  @BeforeAll
  static void needNode() {
    assumeTrue(NodeProgram.isInstalled(), "make test installs what src/test/node needs");
  }

  @BeforeEach
  void register() {
    alice = alice.register();
    bob = bob.register();
  }

  private void upload(String name, JsonObject body) {
    bob.ask(Ask.put("/v1/pools/" + name, body)).expect(204);
  }

  /** What Alice claims of Bob's pool. */
  private JsonObject claim(String name) {
    JsonObject body =
        new JsonObject()
            .put(
                "destinations",
                new JsonArray().add(new JsonObject().put("account", bob.aci()).put("device", 1)));
    return alice
        .ask(Ask.post("/v1/pools/" + name + "/claim", body))
        .expect(200)
        .json()
        .getJsonArray("results")
        .getJsonObject(0)
        .getJsonObject("entry");
  }

  /** A text that is written under a key is read; fails with what the program could not do. */
  private static void assertReads(NodeProgram program, String field, String key, String text) {
    assertEquals(new JsonObject().put("read", text), talk(program, field, key, text));
  }

  private static JsonObject talk(NodeProgram program, String field, String key, String text) {
    return program.ask(new JsonObject().put("do", "talk").put(field, key).put("text", text));
  }

  @Test
  void eachMlsKeyPackageAddsItsOwnerToOneGroupAndTheLastResortOneToAnyNumber() {
    try (NodeProgram mls = new NodeProgram("mls.mjs")) {
      JsonObject made = mls.ask(new JsonObject().put("do", "keyPackages").put("count", 5));
      assertFalse(made.containsKey("failed"), made::encode);
      JsonArray entries = new JsonArray();
      made.getJsonArray("keyPackages")
          .forEach(each -> entries.add(new JsonObject().put("data", each)));
      JsonObject last = new JsonObject().put("data", made.getString("lastResort"));
      upload("mls", new JsonObject().put("entries", entries).put("lastResort", last));
      Set<String> claimed = new LinkedHashSet<>();
      for (int i = 0; i < 5; i++) {
        String keyPackage = claim("mls").getString("data");
        assertTrue(claimed.add(keyPackage));
        assertReads(mls, "keyPackage", keyPackage, "hi " + i);
      }
      Set<Object> all = new LinkedHashSet<>();
      made.getJsonArray("keyPackages").forEach(all::add);
      assertEquals(all, claimed);
      for (int i = 0; i < 2; i++) {
        assertEquals(last, claim("mls"));
        assertReads(mls, "keyPackage", last.getString("data"), "last");
      }
    }
  }

  @Test
  void eachOlmOneTimeKeyBeginsOneSessionAndTheFallbackKeyAnyNumber() {
    try (NodeProgram olm = new NodeProgram("olm.mjs")) {
      JsonObject keys = olm.ask(new JsonObject().put("do", "keys").put("count", 5));
      assertFalse(keys.containsKey("failed"), keys::encode);
      JsonArray entries = new JsonArray();
      JsonObject oneTime = keys.getJsonObject("oneTime");
      oneTime.forEach(key -> entries.add(entry(key.getKey(), key.getValue())));
      var fallback = keys.getJsonObject("fallback").iterator().next();
      JsonObject last = entry(fallback.getKey(), fallback.getValue());
      upload("olm", new JsonObject().put("entries", entries).put("lastResort", last));
      Set<String> claimed = new LinkedHashSet<>();
      for (int i = 0; i < 5; i++) {
        JsonObject entry = claim("olm");
        String key = entry.getString("data");
        assertEquals(oneTime.getString(entry.getString("id")), key);
        assertTrue(claimed.add(key));
        assertReads(olm, "key", key, "hi " + i);
        // What the gateway must never cause: Bob cannot read a second session of the same key.
        assertTrue(talk(olm, "key", key, "again").containsKey("failed"));
      }
      for (int i = 0; i < 2; i++) {
        assertEquals(last, claim("olm"));
        assertReads(olm, "key", last.getString("data"), "last");
      }
    }
  }

  private static JsonObject entry(String id, Object key) {
    assertEquals(32, Base64.getDecoder().decode(key.toString()).length);
    return new JsonObject().put("id", id).put("data", key);
  }
}
