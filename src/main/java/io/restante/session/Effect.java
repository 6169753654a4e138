package io.restante.session;

import io.restante.mailbox.EnvelopeId;
import io.restante.mailbox.StreamId;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/** What a {@link DeviceSession} wants done. Carried out in the order of the list. */
public sealed interface Effect {
  /**
   * Read the mailbox; answered by {@link DeviceSession#onRead} or {@link
   * DeviceSession#onReadFailed}.
   */
  record Read(StreamId after, int countMax) implements Effect {}

  /**
   * Pop what is for a live session only; answered by {@link DeviceSession#onOnlineRead} or {@link
   * DeviceSession#onOnlineReadFailed}.
   */
  record ReadOnline(int countMax) implements Effect {}

  /**
   * Send an envelope to the client; answered by {@link DeviceSession#onWritten} once the socket has
   * taken it.
   */
  record Deliver(long requestId, long serverTimestampMs, Buffer bytes) implements Effect {
    /** Hides the content. */
    @Override
    public String toString() {
      return "Deliver[requestId=" + requestId + ", bytes=" + bytes.length() + "]";
    }
  }

  /** Tell the client that what was waiting at its connect has been sent. */
  record SendQueueEmpty(long requestId) implements Effect {}

  /**
   * Delete from the mailbox what the client has acked; answered by {@link
   * DeviceSession#onAcknowledged} or {@link DeviceSession#onAcknowledgeFailed}. At most {@link
   * PendingAcks#BATCH_MAX}.
   */
  record Acknowledge(List<EnvelopeId> ids) implements Effect {}

  /** Ask whether a newer session of this device was opened, as the signal may have been lost. */
  record CheckNewest() implements Effect {}

  /**
   * Count what is left in the device's pools; answered by {@link DeviceSession#onStockRead} or
   * {@link DeviceSession#onStockReadFailed}.
   */
  record ReadStock() implements Effect {}

  /** Tell the client that its pools run low. */
  record TellStock(long requestId, Buffer counts) implements Effect {}

  /** This session failed to deliver an envelope. Followed by {@link Close}. */
  record GiveUp(EnvelopeId id) implements Effect {}

  /** Close the socket. Given once; what follows can only be {@link Acknowledge}. */
  record Close(CloseCode code) implements Effect {}
}
