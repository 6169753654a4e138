package io.restante.prekey;

import io.restante.protocol.KeyShapes;
import io.restante.protocol.SignedPrekey;
import io.restante.protocol.XEdDsa;

/**
 * An entry of the pool {@code kem}: key id (3 bytes, big-endian), the public key without its 0x08
 * (1568 bytes) and its signature (64); in Redis after 2 bytes of epoch. Pure.
 */
final class KemEntryCodec {
  static final int PUBLIC_KEY_AT = PackedKey.KEY_ID_BYTES;
  static final int PUBLIC_KEY_BYTES = 1568;
  static final int SERIALIZED_BYTES = 1 + PUBLIC_KEY_BYTES;

  private KemEntryCodec() {}

  /** The entry of a prekey, without epoch. */
  static byte[] entry(SignedPrekey prekey) {
    int signatureAt = PUBLIC_KEY_AT + PUBLIC_KEY_BYTES;
    byte[] entry = new byte[signatureAt + XEdDsa.SIGNATURE_BYTES];
    PackedKey.putKeyId(entry, 0, prekey.keyId());
    System.arraycopy(prekey.publicKey(), 1, entry, PUBLIC_KEY_AT, PUBLIC_KEY_BYTES);
    System.arraycopy(prekey.signature(), 0, entry, signatureAt, XEdDsa.SIGNATURE_BYTES);
    return entry;
  }

  /** The prekey in an entry that was popped. */
  static PackedKey popped(byte[] entry) {
    int at = Pool.EPOCH_BYTES;
    return new PackedKey(
        entry,
        at,
        KeyShapes.KEM_TYPE,
        at + PUBLIC_KEY_AT,
        entry.length - at - PUBLIC_KEY_AT - XEdDsa.SIGNATURE_BYTES,
        XEdDsa.SIGNATURE_BYTES);
  }
}
