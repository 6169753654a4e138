package io.restante.contract;

import io.restante.testing.client.KeyRing;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The digest of {@code POST /v2/keys/check}, computed from the contract's words alone. */
final class Digests {
  private Digests() {}

  /** The body that asks whether the gateway has this ring's signed and last-resort keys. */
  static JsonObject check(KeyRing keys) {
    return new JsonObject().put("identityType", "aci").put("digest", World.base64(of(keys)));
  }

  private static byte[] of(KeyRing keys) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(keys.identityKey());
      digest.update(be64(keys.signedPreKey().getId()));
      digest.update(KeyRing.publicKey(keys.signedPreKey()));
      digest.update(be64(keys.lastResort().getId()));
      digest.update(KeyRing.publicKey(keys.lastResort()));
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("a JDK without SHA-256", e);
    }
  }

  private static byte[] be64(long value) {
    return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
  }
}
