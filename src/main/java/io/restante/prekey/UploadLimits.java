package io.restante.prekey;

import io.restante.protocol.DeviceAddress;

/**
 * What uploads are asked for before anything of them is verified or stored. Called on event loops:
 * must not block.
 */
@FunctionalInterface
public interface UploadLimits {
  /** No limits. */
  UploadLimits NONE = owner -> {};

  /**
   * Admits an upload of a device.
   *
   * @throws io.restante.protocol.GatewayException {@code RATE_LIMITED} with the seconds to wait
   */
  void admit(DeviceAddress owner);
}
