package io.restante.mailbox;

import io.vertx.core.buffer.Buffer;
import java.util.UUID;

/**
 * An envelope for a live session only. It has left Redis when it is read: it is never acked, read
 * again or redelivered.
 *
 * @param serverTimestampMs when it was sent, by Redis' clock
 * @param bytes the protobuf Envelope as it goes to the device
 */
public record OnlineEnvelope(UUID guid, long serverTimestampMs, Buffer bytes) {
  /** Hides the content. */
  @Override
  public String toString() {
    return "OnlineEnvelope[bytes=" + bytes.length() + "]";
  }
}
