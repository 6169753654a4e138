package io.restante.protocol;

/**
 * A prekey signed by its identity key: the Curve25519 signed prekey, or an ML-KEM-1024 prekey.
 *
 * @param keyId 0 to 2^24-1
 * @param publicKey serialized: 33 bytes from 0x05 (Curve25519) or 1569 from 0x08 (ML-KEM-1024)
 * @param signature 64 bytes, XEdDSA over the serialized public key
 */
public record SignedPrekey(int keyId, byte[] publicKey, byte[] signature) {}
