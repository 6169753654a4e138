package io.restante.mailbox;

import java.util.UUID;

/**
 * Which envelope of a mailbox is meant, and no other that got its stream id after a failover.
 *
 * @param nonce 8 random bytes that the envelope was stored with, big-endian
 */
public record EnvelopeId(StreamId streamId, long nonce) {
  /** The guid by which clients name the envelope. */
  public UUID guid() {
    return EnvelopeGuid.of(this);
  }
}
