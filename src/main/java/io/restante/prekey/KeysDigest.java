package io.restante.prekey;

import io.restante.protocol.SignedPrekey;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/**
 * What a client and the gateway compare to see that they hold the same repeated-use keys: SHA-256
 * of identity key, signed prekey and last-resort key, all serialized, each prekey after its id as
 * 64 bits, big-endian. Pure.
 */
final class KeysDigest {
  private KeysDigest() {}

  /** Whether a device's keys have this digest; false where one of them is missing. */
  static boolean matches(DeviceKeys keys, byte[] digest) {
    if (keys.identity() == null || keys.signed() == null || keys.last() == null) {
      return false;
    }
    MessageDigest sha256 = PoolBatch.sha256();
    sha256.update(keys.identity());
    update(sha256, SignedKeyCodec.unpack(keys.signed()));
    update(sha256, SignedKeyCodec.unpack(keys.last()));
    return MessageDigest.isEqual(sha256.digest(), digest);
  }

  private static void update(MessageDigest sha256, SignedPrekey prekey) {
    sha256.update(ByteBuffer.allocate(Long.BYTES).putLong(prekey.keyId()).array());
    sha256.update(prekey.publicKey());
  }
}
