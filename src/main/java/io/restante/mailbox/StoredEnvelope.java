package io.restante.mailbox;

import io.vertx.core.buffer.Buffer;
import java.util.UUID;

/**
 * An envelope that waits in a mailbox, as read from it. Read again it is the same: place, guid,
 * server timestamp and bytes.
 *
 * @param bytes the protobuf Envelope as it goes to the device, guid and server timestamp included
 */
public record StoredEnvelope(EnvelopeId id, Buffer bytes) {
  /** Its place in the order of arrival; reading goes on behind it. */
  public StreamId place() {
    return id.streamId();
  }

  /** The guid by which clients name it. */
  public UUID guid() {
    return id.guid();
  }

  /** When the mailbox took it, by Redis' clock, in milliseconds since the epoch. */
  public long serverTimestampMs() {
    return id.streamId().ms();
  }

  /** Hides the content. */
  @Override
  public String toString() {
    return "StoredEnvelope[bytes=" + bytes.length() + "]";
  }
}
