package io.restante.prekey;

import io.restante.protocol.EcPrekey;
import io.restante.protocol.SignedPrekey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a device uploads, sizes and ids checked, signatures not yet. What is null or empty leaves
 * what is stored as it is.
 *
 * @param identityKey 33 bytes, named by generations A and B only
 * @param prekeys Curve25519 one-time prekeys, at most 100
 * @param signedPrekey Curve25519
 * @param pqPrekeys ML-KEM-1024 one-time prekeys, at most 100
 * @param pqLastResort ML-KEM-1024
 * @param lastResort generation A's Curve25519 key that stands in for an empty pool, not signed
 */
public record PrekeyUpload(
    byte @Nullable [] identityKey,
    List<EcPrekey> prekeys,
    @Nullable SignedPrekey signedPrekey,
    List<SignedPrekey> pqPrekeys,
    @Nullable SignedPrekey pqLastResort,
    @Nullable EcPrekey lastResort) {
  /** An upload of a signed prekey alone. */
  public static PrekeyUpload ofSigned(SignedPrekey signedPrekey) {
    return new PrekeyUpload(null, List.of(), signedPrekey, List.of(), null, null);
  }
}
