package io.restante.account;

import io.restante.protocol.Identity;
import io.restante.protocol.SignedPrekey;
import java.util.List;

/**
 * The keys that a device of generation C registers or is linked with, sizes and ids checked.
 * One-time keys are uploaded later.
 */
public record DeviceKeys(OfIdentity aci, OfIdentity pni) {
  /**
   * The keys under one identity.
   *
   * @param identityKey 33 bytes serialized
   * @param signed Curve25519
   * @param lastResort ML-KEM-1024
   */
  public record OfIdentity(byte[] identityKey, SignedPrekey signed, SignedPrekey lastResort) {
    /** Fields of {@code {aci}:keys:<identity>:N}, apart from the identity key. */
    List<Object> signedFields() {
      return List.of("signed", pack(signed), "last", pack(lastResort));
    }
  }

  /**
   * What an identity key signs.
   *
   * @param prekey Curve25519
   * @param lastResort ML-KEM-1024
   */
  public record Signed(SignedPrekey prekey, SignedPrekey lastResort) {
    /** The same under the identity key by which they are to be verified. */
    public OfIdentity under(byte[] identityKey) {
      return new OfIdentity(identityKey, prekey, lastResort);
    }
  }

  /** The keys under an identity. */
  public OfIdentity of(Identity identity) {
    return identity == Identity.ACI ? aci : pni;
  }

  /** Key id (3 bytes, big-endian), serialized public key, signature. */
  static byte[] pack(SignedPrekey prekey) {
    byte[] publicKey = prekey.publicKey();
    byte[] signature = prekey.signature();
    byte[] packed = new byte[3 + publicKey.length + signature.length];
    packed[0] = (byte) (prekey.keyId() >>> 16);
    packed[1] = (byte) (prekey.keyId() >>> 8);
    packed[2] = (byte) prekey.keyId();
    System.arraycopy(publicKey, 0, packed, 3, publicKey.length);
    System.arraycopy(signature, 0, packed, 3 + publicKey.length, signature.length);
    return packed;
  }
}
