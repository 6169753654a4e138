package io.restante.mailbox;

import java.util.Optional;
import java.util.UUID;

/**
 * The guid of an envelope: a UUID of version 8 (RFC 9562) that holds where the envelope lies, so
 * that deleting by guid needs no index. From the top: 48 bits of milliseconds, version, 26 bits of
 * the sequence (12 before the variant, 14 after it), 48 bits of the nonce.
 *
 * <p>The 48 random bits keep a stream id that is given out again after a failover from being the
 * same guid, and a guid from being guessed.
 */
public final class EnvelopeGuid {
  private static final int VERSION = 8;
  private static final int NONCE_BITS = 48;
  private static final int LOW_SEQUENCE_BITS = 14;
  private static final long LOW_SEQUENCE_MASK = (1L << LOW_SEQUENCE_BITS) - 1;
  private static final long HIGH_SEQUENCE_MASK = (1L << 12) - 1;
  private static final long VARIANT = 0b10L << 62;

  private EnvelopeGuid() {}

  /**
   * The guid of an envelope. A sequence of 2^26 or more in one millisecond, which would take a
   * clock that stands still for hours, is cut: the guid is unique still, but finds nothing.
   */
  public static UUID of(EnvelopeId id) {
    StreamId at = id.streamId();
    long high =
        at.ms() << 16
            | (long) VERSION << 12
            | (at.sequence() >>> LOW_SEQUENCE_BITS & HIGH_SEQUENCE_MASK);
    long low =
        VARIANT
            | (at.sequence() & LOW_SEQUENCE_MASK) << NONCE_BITS
            | id.nonce() >>> (Long.SIZE - NONCE_BITS);
    return new UUID(high, low);
  }

  /** Where the envelope of a guid lies; empty where the guid is none of ours. */
  public static Optional<StreamId> placeOf(UUID guid) {
    if (guid.version() != VERSION || guid.variant() != 2) {
      return Optional.empty();
    }
    long high = guid.getMostSignificantBits();
    long low = guid.getLeastSignificantBits();
    long sequence =
        (high & HIGH_SEQUENCE_MASK) << LOW_SEQUENCE_BITS | (low >>> NONCE_BITS & LOW_SEQUENCE_MASK);
    return Optional.of(new StreamId(high >>> 16, sequence));
  }
}
