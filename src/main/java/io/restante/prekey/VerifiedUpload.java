package io.restante.prekey;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An upload whose signatures hold, as it goes to Redis. Null leaves what is stored as it is.
 *
 * @param identityKey against which they were verified, 33 bytes
 * @param namesIdentity whether the upload names that key itself and may thereby change it
 * @param signed packed, see {@link SignedKeyCodec}
 * @param last packed in the same way
 * @param ecLast packed, see {@link EcEntryCodec#packLastResort}
 * @param batches one for each pool it is about
 */
public record VerifiedUpload(
    byte[] identityKey,
    boolean namesIdentity,
    byte @Nullable [] signed,
    byte @Nullable [] last,
    byte @Nullable [] ecLast,
    List<PoolBatch> batches) {}
