package io.restante.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.protocol.SignedPrekey;
import io.restante.testing.RedisServerExtension;
import io.restante.testing.RedisSnapshot;
import io.restante.testing.SignalKeys;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every limit of an upload, at it and just over; what is over changes nothing. */
class PrekeyUploadLimitsIT {
  @RegisterExtension static final RedisServerExtension redis = new RedisServerExtension();

  private final PrekeyBed bed = new PrekeyBed(redis);

  @BeforeEach
  void register() {
    bed.register(1, true);
    put(bed.upload(2, 2));
  }

  @AfterEach
  void close() {
    bed.close();
  }

  private Reply put(JsonObject body) {
    return bed.call("PUT", "/v2/keys", 1, body);
  }

  private void assertTaken(Consumer<JsonObject> change) {
    JsonObject upload = bed.upload(2, 2);
    change.accept(upload);
    assertEquals(204, put(upload).status());
  }

  private void assertRefused(String code, String named, Consumer<JsonObject> change) {
    JsonObject upload = bed.upload(2, 2);
    change.accept(upload);
    Map<String, String> before = RedisSnapshot.of(redis);
    Reply reply = put(upload);
    assertEquals(422, reply.status());
    assertEquals(code, PrekeyBed.code(reply));
    String detail = PrekeyBed.body(reply).getString("detail");
    assertTrue(detail.startsWith(named), detail);
    assertTrue(detail.contains("expected: "), detail);
    assertFalse(detail.contains(PrekeyBed.base64(bed.keys.identityKey()).substring(0, 16)));
    assertEquals(before, RedisSnapshot.of(redis));
  }

  private void assertInvalid(String named, Consumer<JsonObject> change) {
    assertRefused("invalid_field", named, change);
  }

  private static JsonObject first(JsonObject upload, String list) {
    return upload.getJsonArray(list).getJsonObject(0);
  }

  @Test
  void aListHas100KeysAndNot101() {
    assertTaken(body -> body.put("preKeys", PrekeyBed.ecList(bed.keys.ecs(0, 100))));
    assertTaken(body -> body.put("pqPreKeys", PrekeyBed.kemList(bed.keys.kems(0, 100))));
    assertInvalid("preKeys:", body -> body.put("preKeys", PrekeyBed.ecList(bed.keys.ecs(0, 101))));
    assertInvalid(
        "pqPreKeys:", body -> body.put("pqPreKeys", PrekeyBed.kemList(bed.keys.kems(0, 101))));
  }

  @Test
  void aKeyIdIsFrom0To16777215() {
    for (long id : new long[] {0, 0xFFFFFF}) {
      assertTaken(body -> body.getJsonObject("signedPreKey").put("keyId", id));
      assertTaken(body -> body.put("preKeys", PrekeyBed.ecList(bed.keys.ecs((int) id, 1))));
    }
    for (Object id : new Object[] {-1, 1 << 24, 1L << 40, 1.5, "1", true, new JsonObject()}) {
      assertInvalid("preKeys[0].keyId", body -> first(body, "preKeys").put("keyId", id));
      assertInvalid("pqPreKeys[0].keyId", body -> first(body, "pqPreKeys").put("keyId", id));
      assertInvalid(
          "signedPreKey.keyId", body -> body.getJsonObject("signedPreKey").put("keyId", id));
    }
    assertInvalid("preKeys[0].keyId", body -> first(body, "preKeys").remove("keyId"));
    assertInvalid("preKeys[0].keyId", body -> first(body, "preKeys").putNull("keyId"));
  }

  @Test
  void anIdStandsOnceInItsList() {
    assertInvalid(
        "preKeys[1].keyId: 0 again",
        body -> body.getJsonArray("preKeys").getJsonObject(1).put("keyId", 0));
    assertInvalid(
        "pqPreKeys[1].keyId: 0 again",
        body -> body.getJsonArray("pqPreKeys").getJsonObject(1).put("keyId", 0));
  }

  @Test
  void aCurve25519KeyHas33BytesFrom05() {
    byte[] key = bed.keys.ec(1).publicKey();
    byte[] wrongType = key.clone();
    wrongType[0] = 0x08;
    for (byte[] wrong :
        new byte[][] {{}, Arrays.copyOf(key, 32), Arrays.copyOf(key, 34), wrongType}) {
      String text = PrekeyBed.base64(wrong);
      assertInvalid("preKeys[0].publicKey", body -> first(body, "preKeys").put("publicKey", text));
      assertInvalid(
          "signedPreKey.publicKey",
          body -> body.getJsonObject("signedPreKey").put("publicKey", text));
      assertInvalid("identityKey", body -> body.put("identityKey", text));
      assertInvalid(
          "lastResortKey.publicKey",
          body ->
              body.put("lastResortKey", new JsonObject().put("keyId", 1).put("publicKey", text)));
    }
  }

  @Test
  void aKemKeyHas1569BytesFrom08() {
    byte[] key = bed.keys.kem(1).publicKey();
    byte[] wrongType = key.clone();
    wrongType[0] = 0x05;
    for (byte[] wrong :
        new byte[][] {{}, Arrays.copyOf(key, 1568), Arrays.copyOf(key, 1570), wrongType}) {
      String text = PrekeyBed.base64(wrong);
      assertInvalid(
          "pqPreKeys[0].publicKey", body -> first(body, "pqPreKeys").put("publicKey", text));
      assertInvalid(
          "pqLastResortPreKey.publicKey",
          body -> body.getJsonObject("pqLastResortPreKey").put("publicKey", text));
    }
  }

  @Test
  void aSignatureHas64Bytes() {
    for (int length : new int[] {0, 63, 65}) {
      String text = PrekeyBed.base64(new byte[length]);
      for (String field : new String[] {"signedPreKey", "pqLastResortPreKey"}) {
        assertInvalid(
            field + ".signature", body -> body.getJsonObject(field).put("signature", text));
      }
      assertInvalid(
          "pqPreKeys[0].signature", body -> first(body, "pqPreKeys").put("signature", text));
    }
  }

  @Test
  void oneBadSignatureRefusesTheWholeUpload() {
    SignedPrekey good = bed.keys.kem(99);
    byte[] flipped = good.signature().clone();
    flipped[10] ^= 1;
    JsonObject bad = PrekeyBed.json(new SignedPrekey(good.keyId(), good.publicKey(), flipped));
    assertRefused(
        "invalid_signature",
        "pqPreKeys[99].signature",
        body -> body.put("pqPreKeys", PrekeyBed.kemList(bed.keys.kems(0, 99)).add(bad)));
    assertRefused(
        "invalid_signature",
        "pqLastResortPreKey.signature",
        body -> body.put("pqLastResortPreKey", bad));
    assertRefused(
        "invalid_signature",
        "signedPreKey.signature",
        body -> body.put("signedPreKey", PrekeyBed.json(new SignalKeys().signed(1))));
    assertRefused(
        "invalid_signature",
        "signedPreKey.signature",
        body -> body.put("identityKey", PrekeyBed.base64(new SignalKeys().identityKey())));
  }

  @Test
  void wrongTypesAndWhatIsNotBase64AreRefused() {
    assertInvalid("preKeys:", body -> body.put("preKeys", new JsonObject()));
    assertInvalid("preKeys[0]", body -> body.put("preKeys", new JsonArray().add(1)));
    assertInvalid("preKeys[0].publicKey", body -> first(body, "preKeys").put("publicKey", "*"));
    assertInvalid("preKeys[0].publicKey", body -> first(body, "preKeys").remove("publicKey"));
    assertInvalid("signedPreKey:", body -> body.put("signedPreKey", "x"));
    assertInvalid("pqPreKeys[0].signature", body -> first(body, "pqPreKeys").remove("signature"));
    for (String notJson : new String[] {"", "{", "[]", "null", "{\"preKeys\":[", "\u0000"}) {
      Reply reply = bed.call("PUT", "/v2/keys", 1, notJson, MultiMap.caseInsensitiveMultiMap());
      assertEquals(400, reply.status(), notJson);
    }
  }

  @Test
  void unknownFieldsAreIgnoredAndNullIsAbsent() {
    assertTaken(body -> body.put("unknown", 1).putNull("identityKey").putNull("lastResortKey"));
  }
}
