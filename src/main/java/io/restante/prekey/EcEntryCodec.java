package io.restante.prekey;

import io.restante.protocol.EcPrekey;
import io.restante.protocol.KeyShapes;

/**
 * An entry of the pool {@code ec}: key id (3 bytes, big-endian) and the public key without its 0x05
 * (32 bytes); in Redis after 2 bytes of epoch, 37 in all, so that 100 of them fit one listpack of 4
 * KiB. Pure.
 */
final class EcEntryCodec {
  static final int PUBLIC_KEY_AT = PackedKey.KEY_ID_BYTES;
  static final int PUBLIC_KEY_BYTES = 32;
  static final int SERIALIZED_BYTES = 1 + PUBLIC_KEY_BYTES;

  private EcEntryCodec() {}

  /** The entry of a prekey, without epoch. */
  static byte[] entry(EcPrekey prekey) {
    byte[] entry = new byte[PUBLIC_KEY_AT + PUBLIC_KEY_BYTES];
    PackedKey.putKeyId(entry, 0, prekey.keyId());
    System.arraycopy(prekey.publicKey(), 1, entry, PUBLIC_KEY_AT, PUBLIC_KEY_BYTES);
    return entry;
  }

  /** The prekey in an entry that was popped. */
  static PackedKey popped(byte[] entry) {
    int at = Pool.EPOCH_BYTES;
    return new PackedKey(
        entry, at, KeyShapes.EC_TYPE, at + PUBLIC_KEY_AT, entry.length - at - PUBLIC_KEY_AT, 0);
  }

  /** The field {@code ec-last}: key id (3 bytes) and serialized public key (33). */
  static byte[] packLastResort(EcPrekey prekey) {
    byte[] packed = new byte[PackedKey.KEY_ID_BYTES + SERIALIZED_BYTES];
    PackedKey.putKeyId(packed, 0, prekey.keyId());
    System.arraycopy(
        prekey.publicKey(), 0, packed, PackedKey.KEY_ID_BYTES, prekey.publicKey().length);
    return packed;
  }

  /** The prekey in the field {@code ec-last}. */
  static PackedKey lastResort(byte[] packed) {
    int at = PackedKey.KEY_ID_BYTES;
    return new PackedKey(packed, 0, packed[at], at + 1, packed.length - at - 1, 0);
  }
}
