package io.restante.testing.client;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.signal.libsignal.protocol.IdentityKey;
import org.signal.libsignal.protocol.ecc.ECPublicKey;
import org.signal.libsignal.protocol.kem.KEMPublicKey;
import org.signal.libsignal.protocol.state.PreKeyBundle;

/**
 * One device of a fetched bundle, with keys as libsignal's own types.
 *
 * @param preKeyId null where the pool was empty
 * @param preKey null where the pool was empty
 */
public record Bundle(
    IdentityKey identityKey,
    int device,
    int registrationId,
    int signedPreKeyId,
    ECPublicKey signedPreKey,
    byte[] signedPreKeySignature,
    @Nullable Integer preKeyId,
    @Nullable ECPublicKey preKey,
    int pqPreKeyId,
    KEMPublicKey pqPreKey,
    byte[] pqPreKeySignature) {
  /** All devices of an answer, in its order. */
  static List<Bundle> read(JsonObject answer) {
    List<Bundle> devices = new ArrayList<>();
    for (Object device : answer.getJsonArray("devices")) {
      devices.add(Libsignal.value(() -> read(bytes(answer, "identityKey"), (JsonObject) device)));
    }
    return devices;
  }

  private static Bundle read(byte[] identityKey, JsonObject device) throws Exception {
    JsonObject signed = device.getJsonObject("signedPreKey");
    JsonObject ec = device.getJsonObject("preKey");
    JsonObject pq = device.getJsonObject("pqPreKey");
    return new Bundle(
        new IdentityKey(identityKey),
        device.getInteger("deviceId"),
        device.getInteger("registrationId"),
        signed.getInteger("keyId"),
        new ECPublicKey(bytes(signed, "publicKey")),
        bytes(signed, "signature"),
        ec == null ? null : ec.getInteger("keyId"),
        ec == null ? null : new ECPublicKey(bytes(ec, "publicKey")),
        pq.getInteger("keyId"),
        new KEMPublicKey(bytes(pq, "publicKey")),
        bytes(pq, "signature"));
  }

  private static byte[] bytes(JsonObject key, String field) {
    String text = key.getString(field);
    if (text.contains("=")) {
      throw new AssertionError(field + " is padded");
    }
    return Base64.getDecoder().decode(text);
  }

  /** As libsignal takes it; there its signatures are verified. */
  PreKeyBundle forLibsignal() {
    return new PreKeyBundle(
        registrationId,
        device,
        preKeyId == null ? PreKeyBundle.NULL_PRE_KEY_ID : preKeyId,
        preKey,
        signedPreKeyId,
        signedPreKey,
        signedPreKeySignature,
        identityKey,
        pqPreKeyId,
        pqPreKey,
        pqPreKeySignature);
  }
}
