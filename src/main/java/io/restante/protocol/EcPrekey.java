package io.restante.protocol;

/**
 * A Curve25519 one-time prekey.
 *
 * @param keyId 0 to 2^24-1, unique within its list
 * @param publicKey 33 bytes serialized, the first 0x05
 */
public record EcPrekey(int keyId, byte[] publicKey) {
  /**
   * A prekey that a client gave.
   *
   * @param field the name of the object in the request, such as {@code preKeys[3]}
   * @throws GatewayException {@link ErrorCode#INVALID_FIELD} for an id or key of wrong shape
   */
  public static EcPrekey checked(String field, long keyId, byte[] publicKey) {
    return new EcPrekey(
        KeyShapes.keyId(field + ".keyId", keyId), KeyShapes.ecKey(field + ".publicKey", publicKey));
  }
}
