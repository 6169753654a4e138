package io.restante.prekey;

/**
 * A prekey inside the bytes that came from Redis, to be encoded from where it lies.
 *
 * @param keyIdAt where its 3 bytes of key id begin (big-endian)
 * @param type the first byte of the serialized public key, 0x05 or 0x08
 * @param publicKeyAt where the public key begins, without that byte
 * @param publicKeyBytes how long it is, without that byte
 * @param signatureBytes 64, right behind the public key, or 0 where the key has no signature
 */
record PackedKey(
    byte[] bytes, int keyIdAt, byte type, int publicKeyAt, int publicKeyBytes, int signatureBytes) {
  /** Bytes of a key id. */
  static final int KEY_ID_BYTES = 3;

  /** The key id. */
  int keyId() {
    return ((bytes[keyIdAt] & 0xFF) << 16)
        | ((bytes[keyIdAt + 1] & 0xFF) << 8)
        | (bytes[keyIdAt + 2] & 0xFF);
  }

  static void putKeyId(byte[] bytes, int at, int keyId) {
    bytes[at] = (byte) (keyId >>> 16);
    bytes[at + 1] = (byte) (keyId >>> 8);
    bytes[at + 2] = (byte) keyId;
  }
}
