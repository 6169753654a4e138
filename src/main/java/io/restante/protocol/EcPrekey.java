package io.restante.protocol;

/**
 * A Curve25519 one-time prekey.
 *
 * @param keyId 0 to 2^24-1, unique within its list
 * @param publicKey 33 bytes serialized, the first 0x05
 */
public record EcPrekey(int keyId, byte[] publicKey) {}
