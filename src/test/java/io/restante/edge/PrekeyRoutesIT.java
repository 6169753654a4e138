package io.restante.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.protocol.EcPrekey;
import io.restante.protocol.SignedPrekey;
import io.restante.testing.RedisServerExtension;
import io.restante.testing.SignalKeys;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every status of the table Prekeys. */
class PrekeyRoutesIT {
  @RegisterExtension static final RedisServerExtension redis = new RedisServerExtension();
  private static final String KEY = "retry-0001";

  private final PrekeyBed bed = new PrekeyBed(redis);

  @BeforeEach
  void register() {
    bed.register(1, true);
  }

  @AfterEach
  void close() {
    bed.close();
  }

  private Reply put(JsonObject body) {
    return bed.call("PUT", "/v2/keys", 1, body);
  }

  private JsonObject counts(String query) {
    Reply reply = bed.call("GET", "/v2/keys" + query, 1, null);
    assertEquals(200, reply.status());
    return PrekeyBed.body(reply);
  }

  private void assertRefused(int status, String code, Reply reply) {
    assertEquals(status, reply.status());
    assertEquals(code, PrekeyBed.code(reply));
  }

  private static JsonObject device(Reply reply) {
    assertEquals(200, reply.status());
    return PrekeyBed.body(reply).getJsonArray("devices").getJsonObject(0);
  }

  @Test
  void anUploadIsStoredCountedAndServed() {
    Reply stored = put(bed.upload(100, 100));
    assertEquals(204, stored.status());
    assertEquals("0", stored.headers().get(PrekeyRoutes.DROPPED_HEADER));
    assertEquals(new JsonObject().put("count", 100).put("pqCount", 100), counts(""));
    assertEquals(new JsonObject().put("count", 0).put("pqCount", 0), counts("?identity=pni"));
    JsonObject served = device(bed.fetch(bed.aci.toString(), "1", 1));
    assertEquals(0, served.getJsonObject("preKey").getInteger("keyId"));
    assertEquals(1001, served.getInteger("registrationId"));
    assertEquals(new JsonObject().put("count", 99).put("pqCount", 99), counts("?identity=aci"));
  }

  @Test
  void theHeaderTellsDroppedKeysOnlyWhereAListWasGiven() {
    JsonObject upload = bed.upload(3, 2);
    put(upload);
    bed.fetch(bed.aci.toString(), "1", 1);
    assertEquals("2", put(upload).headers().get(PrekeyRoutes.DROPPED_HEADER));
    upload.remove("preKeys");
    upload.remove("pqPreKeys");
    assertNull(put(upload).headers().get(PrekeyRoutes.DROPPED_HEADER));
    Reply empty = put(new JsonObject().put("preKeys", new ArrayList<>()));
    assertEquals("0", empty.headers().get(PrekeyRoutes.DROPPED_HEADER));
    assertEquals(2, counts("").getInteger("count"));
  }

  @Test
  void bothIdentitiesHavePoolsOfTheirOwn() {
    assertEquals(204, bed.call("PUT", "/v2/keys?identity=pni", 1, bed.upload(2, 1)).status());
    assertEquals(0, counts("").getInteger("count"));
    assertEquals(2, counts("?identity=pni").getInteger("count"));
    JsonObject served = device(bed.fetch("PNI:" + bed.pni, "1", 1));
    assertEquals(2001, served.getInteger("registrationId"));
    assertRefused(404, "no_such_key", bed.fetch(bed.aci.toString(), "1", 1));
    assertRefused(400, "malformed_query", bed.call("GET", "/v2/keys?identity=other", 1, null));
  }

  @Test
  void aSignedPrekeyIsReplacedAndRead() {
    assertRefused(404, "no_such_key", bed.call("GET", "/v2/keys/signed", 1, null));
    SignedPrekey prekey = bed.keys.signed(9);
    JsonObject body = PrekeyBed.json(prekey);
    assertEquals(204, bed.call("PUT", "/v2/keys/signed", 1, body).status());
    JsonObject read = PrekeyBed.body(bed.call("GET", "/v2/keys/signed", 1, null));
    assertEquals(9, read.getInteger("keyId"));
    assertEquals(body.getString("signature").replace("=", ""), read.getString("signature"));
    assertFalse(read.getString("publicKey").contains("="));
    JsonObject foreign = PrekeyBed.json(new SignalKeys().signed(10));
    assertRefused(422, "invalid_signature", bed.call("PUT", "/v2/keys/signed", 1, foreign));
    assertEquals(read, PrekeyBed.body(bed.call("GET", "/v2/keys/signed", 1, null)));
  }

  @Test
  void theDigestOfTheStoredKeysIsTheSameAndAnyOtherDiffers() throws Exception {
    SignedPrekey signed = bed.keys.signed(7);
    SignedPrekey last = bed.keys.kem(8);
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    sha256.update(bed.keys.identityKey());
    for (SignedPrekey prekey : List.of(signed, last)) {
      sha256.update(ByteBuffer.allocate(8).putLong(prekey.keyId()).array());
      sha256.update(prekey.publicKey());
    }
    byte[] digest = sha256.digest();
    JsonObject body =
        new JsonObject().put("identityType", "aci").put("digest", PrekeyBed.base64(digest));
    assertRefused(409, "keys_differ", bed.call("POST", "/v2/keys/check", 1, body));
    put(
        new JsonObject()
            .put("signedPreKey", PrekeyBed.json(signed))
            .put("pqLastResortPreKey", PrekeyBed.json(last)));
    assertEquals(200, bed.call("POST", "/v2/keys/check", 1, body).status());
    JsonObject pni = body.copy().put("identityType", "pni");
    assertRefused(409, "keys_differ", bed.call("POST", "/v2/keys/check", 1, pni));
    digest[0] ^= 1;
    JsonObject other = body.copy().put("digest", PrekeyBed.base64(digest));
    assertRefused(409, "keys_differ", bed.call("POST", "/v2/keys/check", 1, other));
    JsonObject wrong = body.copy().put("identityType", "x");
    assertRefused(422, "invalid_field", bed.call("POST", "/v2/keys/check", 1, wrong));
    JsonObject brief = body.copy().put("digest", PrekeyBed.base64(new byte[31]));
    assertRefused(422, "invalid_field", bed.call("POST", "/v2/keys/check", 1, brief));
  }

  @Test
  void aDestinationIsAnAciAPniOrAHandle() {
    put(bed.upload(10, 10));
    assertEquals(200, bed.fetch(bed.aci.toString(), "1", 1).status());
    assertEquals(200, bed.fetch(bed.handle.text(), "1", 1).status());
    assertEquals(200, bed.fetch("%2B15550100", "*?pq=true", 1).status());
    assertRefused(404, "no_such_account", bed.fetch("+15550199", "1", 1));
    assertRefused(404, "no_such_account", bed.fetch("PNI:" + UUID.randomUUID(), "1", 1));
    assertRefused(404, "no_such_account", bed.fetch(UUID.randomUUID().toString(), "*", 1));
    assertRefused(404, "no_such_account", bed.fetch(UUID.randomUUID().toString(), "1", 1));
    assertRefused(404, "no_such_device", bed.fetch(bed.aci.toString(), "2", 1));
    assertRefused(400, "malformed_id", bed.fetch(bed.aci.toString(), "128", 1));
    assertRefused(400, "malformed_id", bed.fetch(bed.aci.toString(), "0", 1));
    assertRefused(400, "malformed_id", bed.fetch("PNI:nobody", "1", 1));
    assertEquals(7, counts("").getInteger("count"));
  }

  @Test
  void allDevicesAreServedTogether() {
    bed.register(2, true);
    bed.register(3, true);
    put(bed.upload(2, 2));
    bed.call("PUT", "/v2/keys", 3, bed.upload(2, 2));
    Reply reply = bed.fetch(bed.aci.toString(), "*", 1);
    var devices = PrekeyBed.body(reply).getJsonArray("devices");
    assertEquals(2, devices.size());
    assertEquals(3, devices.getJsonObject(1).getInteger("deviceId"));
  }

  @Test
  void anAccessKeyAdmitsToTheAciAndToNothingElse() {
    put(bed.upload(10, 10));
    assertEquals(200, bed.fetchWith(PrekeyBed.ACCESS_KEY, bed.aci.toString()).status());
    assertEquals(200, bed.fetchWith(PrekeyBed.ACCESS_KEY, bed.handle.text()).status());
    assertRefused(401, "unauthenticated", bed.fetchWith(PrekeyBed.ACCESS_KEY, "PNI:" + bed.pni));
    assertRefused(401, "unauthenticated", bed.fetch(bed.aci.toString(), "1", 0));
  }

  @Test
  void aThousandFetchesWithAWrongKeyLeaveThePoolsAndTellNothing() {
    put(bed.upload(10, 10));
    Reply unknown = bed.fetchWith(new byte[16], UUID.randomUUID().toString());
    for (int i = 0; i < 1_000; i++) {
      Reply reply = bed.fetchWith(new byte[16], bed.aci.toString());
      assertRefused(401, "unauthenticated", reply);
      assertEquals(PrekeyBed.body(unknown), PrekeyBed.body(reply));
    }
    Reply handle = bed.fetchWith(new byte[16], "+15550199");
    assertEquals(PrekeyBed.body(unknown), PrekeyBed.body(handle));
    assertEquals(10, counts("").getInteger("count"));
    assertEquals(10, counts("").getInteger("pqCount"));
  }

  @Test
  void anIdempotencyKeyRepeatsTheAnswerOfItsCallerOnly() {
    bed.register(2, true);
    put(bed.upload(10, 10));
    String uri = "/v2/keys/" + bed.aci + "/1";
    Reply first = bed.fetchOnce(KEY, uri, 1);
    assertEquals(200, first.status());
    assertEquals(first.body(), bed.fetchOnce(KEY, uri, 1).body());
    assertEquals(
        first.body(), bed.fetchOnce(KEY, "/v2/keys/" + bed.handle.text() + "/1", 1).body());
    assertEquals(9, counts("").getInteger("count"));
    assertNotEquals(first.body(), bed.fetchOnce(KEY, uri, 2).body());
    assertNotEquals(first.body(), bed.fetchOnce("retry-0002", uri, 1).body());
    assertEquals(7, counts("").getInteger("count"));
    assertRefused(
        422, "idempotency_key_reused", bed.fetchOnce(KEY, "/v2/keys/" + bed.aci + "/*", 1));
    assertRefused(
        422, "idempotency_key_reused", bed.fetchOnce(KEY, "/v2/keys/PNI:" + bed.pni + "/1", 1));
  }

  @Test
  void anIdempotencyKeyHas8To128PrintableCharactersAndACaller() {
    put(bed.upload(10, 10));
    String uri = "/v2/keys/" + bed.aci + "/1";
    assertEquals(200, bed.fetchOnce("a".repeat(8), uri, 1).status());
    assertEquals(200, bed.fetchOnce("~".repeat(128), uri, 1).status());
    for (String key : List.of("a".repeat(7), "a".repeat(129), "tab\there", "schlüssel")) {
      assertRefused(422, "invalid_field", bed.fetchOnce(key, uri, 1));
    }
    MultiMap headers =
        MultiMap.caseInsensitiveMultiMap()
            .add("Idempotency-Key", KEY)
            .add("Unidentified-Access-Key", PrekeyBed.base64(PrekeyBed.ACCESS_KEY));
    assertRefused(422, "invalid_field", bed.call("GET", uri, 0, "", headers));
    assertEquals(8, counts("").getInteger("count"));
  }

  @Test
  void generationsAAndBNameTheirIdentityKey() {
    redis.command("DEL", bed.names.keys(io.restante.protocol.Identity.ACI, 1));
    JsonObject upload =
        new JsonObject()
            .put("preKeys", PrekeyBed.ecList(bed.keys.ecs(0, 1)))
            .put("signedPreKey", PrekeyBed.json(bed.keys.signed(1)))
            .put("lastResortKey", PrekeyBed.json(bed.keys.ec(0xFFFFFF)));
    assertRefused(422, "invalid_field", put(upload));
    assertEquals(
        204, put(upload.put("identityKey", PrekeyBed.base64(bed.keys.identityKey()))).status());
    JsonObject first = device(bed.fetch(bed.handle.text(), "1", 1));
    assertEquals(0, first.getJsonObject("preKey").getInteger("keyId"));
    assertFalse(first.containsKey("pqPreKey"));
    JsonObject second = device(bed.fetch(bed.handle.text(), "1", 1));
    assertEquals(0xFFFFFF, second.getJsonObject("preKey").getInteger("keyId"));
  }

  @Test
  void aChangedIdentityKeyStartsAnewAndOnlyThePrimaryMayChangeIt() {
    bed.register(2, true);
    put(bed.upload(5, 5));
    SignalKeys fresh = new SignalKeys();
    JsonObject upload =
        new JsonObject()
            .put("identityKey", PrekeyBed.base64(fresh.identityKey()))
            .put("signedPreKey", PrekeyBed.json(fresh.signed(2)));
    assertRefused(403, "forbidden", bed.call("PUT", "/v2/keys", 2, upload));
    assertEquals(5, counts("").getInteger("count"));
    assertEquals(204, put(upload).status());
    assertEquals(0, counts("").getInteger("count"));
    JsonObject served = device(bed.fetch(bed.aci.toString(), "1", 1));
    assertEquals(2, served.getJsonObject("signedPreKey").getInteger("keyId"));
    assertFalse(served.containsKey("pqPreKey"));
  }

  @Test
  void aRemovedDeviceThatStillHoldsCredentialsGets401() {
    redis.command("DEL", bed.names.devices());
    assertRefused(401, "unauthenticated", put(bed.upload(1, 0)));
  }

  @Test
  void aHundredClaimsGiveAHundredKeysAndThenTheLastResortOne() {
    List<EcPrekey> ecs = bed.keys.ecs(0, 100);
    put(bed.upload(0, 100).put("preKeys", PrekeyBed.ecList(ecs)));
    List<Object> seen = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      JsonObject served = device(bed.fetch(bed.aci.toString(), "1", 1));
      seen.add(served.getJsonObject("preKey"));
      seen.add(served.getJsonObject("pqPreKey"));
    }
    assertEquals(200, new HashSet<>(seen).size());
    JsonObject after = device(bed.fetch(bed.aci.toString(), "1", 1));
    assertFalse(after.containsKey("preKey"));
    assertEquals(0xFFFFFF, after.getJsonObject("pqPreKey").getInteger("keyId"));
    assertTrue(
        bed.registry
                .get("restante.claims")
                .tags("pool", "kem", "outcome", "last_resort")
                .counter()
                .count()
            >= 1);
  }
}
