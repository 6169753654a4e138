package io.restante.protocol;

import java.util.Locale;

/**
 * The shapes of serialized keys, as the contract has them. An error names field, size and first
 * byte, and never the key.
 *
 * <p>Shape is all that is asked of a public key here, as it is all that libsignal asks (0.86.5
 * reads an ML-KEM key whose coefficients are all 4,095). FIPS 203, section 7.2, has whoever
 * encapsulates check as well that each of the 1,024 coefficients is below 3,329; a key that fails
 * it harms only messages to the owner who signed it.
 */
public final class KeyShapes {
  /** A serialized Curve25519 public key. */
  public static final int EC_KEY_BYTES = 33;

  /** The first byte of a serialized Curve25519 public key. */
  public static final byte EC_TYPE = 0x05;

  /** A serialized ML-KEM-1024 (or Kyber-1024) public key. */
  public static final int KEM_KEY_BYTES = 1569;

  /** The first byte of a serialized ML-KEM-1024 public key. */
  public static final byte KEM_TYPE = 0x08;

  /** Key ids are below 2^24. */
  public static final int KEY_ID_MAX = (1 << 24) - 1;

  private KeyShapes() {}

  /** Checks an id: 0 to 2^24-1. */
  public static int keyId(String field, long keyId) {
    if (keyId < 0 || keyId > KEY_ID_MAX) {
      throw GatewayException.invalidField(field, keyId, "0 to " + KEY_ID_MAX);
    }
    return (int) keyId;
  }

  /** Checks a Curve25519 public key. */
  public static byte[] ecKey(String field, byte[] key) {
    return key(field, key, EC_KEY_BYTES, EC_TYPE);
  }

  /** Checks an ML-KEM-1024 public key. */
  public static byte[] kemKey(String field, byte[] key) {
    return key(field, key, KEM_KEY_BYTES, KEM_TYPE);
  }

  /** Checks the size of a signature. */
  public static byte[] signature(String field, byte[] signature) {
    if (signature.length != XEdDsa.SIGNATURE_BYTES) {
      throw GatewayException.invalidField(
          field, signature.length + " bytes", XEdDsa.SIGNATURE_BYTES + " bytes");
    }
    return signature;
  }

  /** Size and first byte, for an error. */
  static String shapeOf(byte[] key) {
    return key.length == 0
        ? "0 bytes"
        : String.format(Locale.ROOT, "%d bytes from 0x%02x", key.length, key[0]);
  }

  private static byte[] key(String field, byte[] key, int bytes, byte type) {
    if (key.length != bytes || key[0] != type) {
      throw GatewayException.invalidField(
          field, shapeOf(key), String.format(Locale.ROOT, "%d bytes from 0x%02x", bytes, type));
    }
    return key;
  }
}
