package io.restante.delivery;

import io.restante.mailbox.EnvelopeId;
import io.restante.protocol.DeviceAddress;
import io.vertx.core.buffer.Buffer;

/** Hears which devices must be woken. Called on the event loop of the send: must not block. */
@FunctionalInterface
public interface DuePush {
  /** Wakes nobody. */
  DuePush NONE = (device, envelope, stored) -> {};

  /** Prekeys of a device that nobody listens for run low. Told at most once a day. */
  default void lowStock(DeviceAddress device) {}

  /**
   * An urgent envelope is in the mailbox of a device that nobody listens for. Told again where a
   * send is repeated while the envelope still waits.
   *
   * @param stored the stored form of the envelope
   */
  void due(DeviceAddress device, EnvelopeId envelope, Buffer stored);
}
