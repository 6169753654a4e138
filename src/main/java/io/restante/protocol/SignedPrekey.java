package io.restante.protocol;

/**
 * A prekey signed by its identity key: the Curve25519 signed prekey, or an ML-KEM-1024 prekey.
 *
 * @param keyId 0 to 2^24-1
 * @param publicKey serialized: 33 bytes from 0x05 (Curve25519) or 1569 from 0x08 (ML-KEM-1024)
 * @param signature 64 bytes, XEdDSA over the serialized public key
 */
public record SignedPrekey(int keyId, byte[] publicKey, byte[] signature) {
  /**
   * A Curve25519 signed prekey that a client gave; its signature is not verified yet.
   *
   * @param field the name of the object in the request, such as {@code signedPreKey}
   * @throws GatewayException {@link ErrorCode#INVALID_FIELD} for an id, key or signature of wrong
   *     shape
   */
  public static SignedPrekey checkedEc(
      String field, long keyId, byte[] publicKey, byte[] signature) {
    return new SignedPrekey(
        KeyShapes.keyId(field + ".keyId", keyId),
        KeyShapes.ecKey(field + ".publicKey", publicKey),
        KeyShapes.signature(field + ".signature", signature));
  }

  /**
   * An ML-KEM-1024 prekey that a client gave; its signature is not verified yet.
   *
   * @param field the name of the object in the request, such as {@code pqPreKeys[3]}
   * @throws GatewayException {@link ErrorCode#INVALID_FIELD} for an id, key or signature of wrong
   *     shape
   */
  public static SignedPrekey checkedKem(
      String field, long keyId, byte[] publicKey, byte[] signature) {
    return new SignedPrekey(
        KeyShapes.keyId(field + ".keyId", keyId),
        KeyShapes.kemKey(field + ".publicKey", publicKey),
        KeyShapes.signature(field + ".signature", signature));
  }

  /** Whether the signature is this identity key's over the serialized public key. Takes 0.15 ms. */
  public boolean isSignedBy(XEdDsa identity) {
    return identity.verifies(publicKey, signature);
  }
}
