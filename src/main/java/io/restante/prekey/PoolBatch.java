package io.restante.prekey;

import io.restante.protocol.EcPrekey;
import io.restante.protocol.SignedPrekey;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/**
 * What an upload puts into one pool, in upload order. Empty leaves the pool as it is.
 *
 * @param entries without epoch, as the pool's codec makes them
 * @param fingerprints for each entry the first 8 bytes of SHA-256 of what makes it one: of a
 *     serialized public key, or of the data of a named pool's entry
 * @param isNewestFirst whether the last uploaded entry is handed out first
 * @param ttlSeconds after which those that still wait expire; 0 for never
 */
public record PoolBatch(
    Pool pool, List<byte[]> entries, byte[] fingerprints, boolean isNewestFirst, int ttlSeconds) {
  /** Bytes of a fingerprint in the ledger. */
  public static final int FINGERPRINT_BYTES = 8;

  /** Checks that each entry has its fingerprint. */
  public PoolBatch {
    entries = List.copyOf(entries);
    if (fingerprints.length != entries.size() * FINGERPRINT_BYTES) {
      throw new IllegalArgumentException(
          "fingerprints: "
              + fingerprints.length
              + " bytes (expected: "
              + entries.size() * FINGERPRINT_BYTES
              + ")");
    }
  }

  /** A batch of Curve25519 prekeys. */
  static PoolBatch ofEc(List<EcPrekey> prekeys) {
    List<byte[]> entries = new ArrayList<>(prekeys.size());
    List<byte[]> publicKeys = new ArrayList<>(prekeys.size());
    for (EcPrekey prekey : prekeys) {
      entries.add(EcEntryCodec.entry(prekey));
      publicKeys.add(prekey.publicKey());
    }
    return new PoolBatch(Pool.EC, entries, fingerprints(publicKeys), false, 0);
  }

  /** A batch of ML-KEM-1024 prekeys. */
  static PoolBatch ofKem(List<SignedPrekey> prekeys) {
    List<byte[]> entries = new ArrayList<>(prekeys.size());
    List<byte[]> publicKeys = new ArrayList<>(prekeys.size());
    for (SignedPrekey prekey : prekeys) {
      entries.add(KemEntryCodec.entry(prekey));
      publicKeys.add(prekey.publicKey());
    }
    return new PoolBatch(Pool.KEM, entries, fingerprints(publicKeys), false, 0);
  }

  static byte[] fingerprints(List<byte[]> publicKeys) {
    MessageDigest sha256 = sha256();
    byte[] prints = new byte[publicKeys.size() * FINGERPRINT_BYTES];
    for (int i = 0; i < publicKeys.size(); i++) {
      byte[] digest = sha256.digest(publicKeys.get(i));
      System.arraycopy(digest, 0, prints, i * FINGERPRINT_BYTES, FINGERPRINT_BYTES);
    }
    return prints;
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("a JDK without SHA-256", e);
    }
  }
}
