package io.restante.mailbox;

import io.restante.protocol.DeviceAddress;
import java.util.List;

/** Hears of envelopes that their device has acked. Called on the event loop of the ack. */
@FunctionalInterface
public interface AckListener {
  /** Hears nothing. */
  AckListener NONE = (owner, ids) -> {};

  /** These are being deleted, or were gone already. */
  void acked(DeviceAddress owner, List<EnvelopeId> ids);
}
