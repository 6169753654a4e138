package io.restante.prekey;

import io.restante.protocol.DeviceAddress;

/** Who claims prekeys. */
public sealed interface Claimant {
  /** A device with its credentials. */
  record Device(DeviceAddress address) implements Claimant {}

  /** Anyone who knows the destination's access key, 16 bytes. */
  record Anonymous(byte[] accessKey) implements Claimant {}
}
