package io.restante.prekey;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.restante.protocol.EcPrekey;
import io.restante.protocol.SignedPrekey;
import io.restante.testing.SignalKeys;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.signal.libsignal.protocol.IdentityKey;
import org.signal.libsignal.protocol.InvalidKeyException;
import org.signal.libsignal.protocol.ecc.ECPublicKey;
import org.signal.libsignal.protocol.kem.KEMPublicKey;
import org.signal.libsignal.protocol.state.PreKeyBundle;

class BundleEncodingTest {
  private final SignalKeys keys = new SignalKeys();
  private final SignedPrekey signed = keys.signed(0xFFFFFF);
  private final SignedPrekey last = keys.kem(0);

  private DeviceKeys stored(byte @Nullable [] pq, byte @Nullable [] ecLast) {
    return new DeviceKeys(
        1, keys.identityKey(), 16_380, SignedKeyCodec.pack(signed), pq, ecLast, 0, "");
  }

  private static byte[] inRedis(byte[] entry) {
    byte[] stored = new byte[entry.length + 2];
    stored[1] = 1;
    System.arraycopy(entry, 0, stored, 2, entry.length);
    return stored;
  }

  private static byte[] bytes(JsonObject key, String field) {
    String text = key.getString(field);
    assertFalse(text.contains("="));
    return Base64.getDecoder().decode(text);
  }

  private static void assertKey(SignedPrekey expected, JsonObject key) {
    assertEquals(expected.keyId(), key.getInteger("keyId"));
    assertArrayEquals(expected.publicKey(), bytes(key, "publicKey"));
    assertArrayEquals(expected.signature(), bytes(key, "signature"));
    assertEquals(3, key.size());
  }

  private static void assertKey(EcPrekey expected, JsonObject key) {
    assertEquals(expected.keyId(), key.getInteger("keyId"));
    assertArrayEquals(expected.publicKey(), bytes(key, "publicKey"));
    assertEquals(2, key.size());
  }

  @Test
  void theBytesAreThoseOfTheContract() {
    EcPrekey ec = keys.ec(7);
    SignedPrekey kem = keys.kem(8);
    DeviceBundle bundle =
        DeviceBundle.of(
            127,
            stored(SignedKeyCodec.pack(last), null),
            inRedis(EcEntryCodec.entry(ec)),
            inRedis(KemEntryCodec.entry(kem)));
    Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
    JsonObject expected =
        new JsonObject()
            .put("identityKey", base64.encodeToString(keys.identityKey()))
            .put(
                "devices",
                new JsonArray()
                    .add(
                        new JsonObject()
                            .put("deviceId", 127)
                            .put("registrationId", 16_380)
                            .put("signedPreKey", json(base64, signed))
                            .put(
                                "preKey",
                                new JsonObject()
                                    .put("keyId", 7)
                                    .put("publicKey", base64.encodeToString(ec.publicKey())))
                            .put("pqPreKey", json(base64, kem))));
    assertEquals(expected.encode(), BundleEncoding.encode(List.of(bundle)).toString());
  }

  private static JsonObject json(Base64.Encoder base64, SignedPrekey prekey) {
    return new JsonObject()
        .put("keyId", prekey.keyId())
        .put("publicKey", base64.encodeToString(prekey.publicKey()))
        .put("signature", base64.encodeToString(prekey.signature()));
  }

  @Test
  void libsignalBuildsItsBundleFromIt() throws InvalidKeyException {
    EcPrekey ec = keys.ec(7);
    SignedPrekey kem = keys.kem(8);
    DeviceBundle bundle =
        DeviceBundle.of(
            3,
            stored(null, null),
            inRedis(EcEntryCodec.entry(ec)),
            inRedis(KemEntryCodec.entry(kem)));
    JsonObject json = BundleEncoding.encode(List.of(bundle)).toJsonObject();
    JsonObject device = json.getJsonArray("devices").getJsonObject(0);
    JsonObject preKey = device.getJsonObject("preKey");
    JsonObject signedKey = device.getJsonObject("signedPreKey");
    JsonObject pqKey = device.getJsonObject("pqPreKey");
    IdentityKey identity = new IdentityKey(bytes(json, "identityKey"));
    PreKeyBundle read =
        new PreKeyBundle(
            device.getInteger("registrationId"),
            device.getInteger("deviceId"),
            preKey.getInteger("keyId"),
            new ECPublicKey(bytes(preKey, "publicKey")),
            signedKey.getInteger("keyId"),
            new ECPublicKey(bytes(signedKey, "publicKey")),
            bytes(signedKey, "signature"),
            identity,
            pqKey.getInteger("keyId"),
            new KEMPublicKey(bytes(pqKey, "publicKey")),
            bytes(pqKey, "signature"));
    assertArrayEquals(kem.publicKey(), read.getKyberPreKey().serialize());
    assertEquals(
        true,
        identity
            .getPublicKey()
            .verifySignature(read.getKyberPreKey().serialize(), read.getKyberPreKeySignature()));
    assertEquals(
        true,
        identity
            .getPublicKey()
            .verifySignature(read.getSignedPreKey().serialize(), read.getSignedPreKeySignature()));
  }

  @Test
  void emptyPoolsAreAnsweredWithLastResortKeysOrWithoutTheField() {
    EcPrekey ecLast = keys.ec(0xFFFFFF);
    DeviceBundle withLast =
        DeviceBundle.of(
            1, stored(SignedKeyCodec.pack(last), EcEntryCodec.packLastResort(ecLast)), null, null);
    DeviceBundle without = DeviceBundle.of(2, stored(null, null), null, null);
    Buffer buffer = BundleEncoding.encode(List.of(withLast, without));
    JsonArray devices = buffer.toJsonObject().getJsonArray("devices");
    assertKey(last, devices.getJsonObject(0).getJsonObject("pqPreKey"));
    assertKey(ecLast, devices.getJsonObject(0).getJsonObject("preKey"));
    assertKey(signed, devices.getJsonObject(0).getJsonObject("signedPreKey"));
    assertEquals(3, devices.getJsonObject(1).size());
    assertEquals(PoolOutcome.LAST_RESORT, withLast.pqPrekeyOutcome());
    assertEquals(PoolOutcome.EMPTY, without.prekeyOutcome());
  }

  @Test
  void manyDevicesOfLargestNumbersFitIntoWhatIsReserved() {
    SignedPrekey kem = keys.kem(0xFFFFFF);
    DeviceKeys stored =
        new DeviceKeys(
            1,
            keys.identityKey(),
            Integer.MAX_VALUE,
            SignedKeyCodec.pack(signed),
            null,
            null,
            0,
            "");
    DeviceBundle[] bundles = new DeviceBundle[127];
    for (int i = 0; i < bundles.length; i++) {
      bundles[i] =
          DeviceBundle.of(
              i + 1,
              stored,
              inRedis(EcEntryCodec.entry(keys.ec(0xFFFFFF))),
              inRedis(KemEntryCodec.entry(kem)));
    }
    Buffer json = BundleEncoding.encode(Arrays.asList(bundles));
    assertEquals(127, json.toJsonObject().getJsonArray("devices").size());
  }

  @Test
  void packedKeysReadAsTheyWereWritten() {
    SignedPrekey read = SignedKeyCodec.unpack(SignedKeyCodec.pack(last));
    assertEquals(last.keyId(), read.keyId());
    assertArrayEquals(last.publicKey(), read.publicKey());
    assertArrayEquals(last.signature(), read.signature());
    assertEquals(35, EcEntryCodec.entry(keys.ec(1)).length);
    assertEquals(3 + 1568 + 64, KemEntryCodec.entry(last).length);
  }
}
