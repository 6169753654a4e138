package io.restante.prekey;

import io.restante.protocol.DeviceAddress;

/** Who claims prekeys. */
public sealed interface Claimant {
  /**
   * A device with its credentials.
   *
   * @param createdMs when its account was registered, by Redis' clock
   */
  record Device(DeviceAddress address, long createdMs) implements Claimant {}

  /**
   * Anyone who knows the destination's access key.
   *
   * @param accessKey 16 bytes
   * @param remoteAddress the client's address, behind trusted proxies the forwarded one
   */
  record Anonymous(byte[] accessKey, String remoteAddress) implements Claimant {
    /** Hides both: they must not reach a log. */
    @Override
    public String toString() {
      return "Anonymous";
    }
  }
}
