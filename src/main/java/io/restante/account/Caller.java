package io.restante.account;

import io.restante.protocol.DeviceAddress;
import io.restante.protocol.Handle;
import java.util.UUID;

/**
 * An authenticated device.
 *
 * @param verifier the salted hash its password was checked against; another one in its place means
 *     that the credentials are no longer valid
 * @param createdMs when the account was first registered, by Redis' clock
 */
public record Caller(
    DeviceAddress address, UUID pni, Handle handle, Verifier verifier, long createdMs) {
  /** The account's ACI. */
  public UUID aci() {
    return address.aci();
  }

  /** The device id. */
  public int device() {
    return address.device();
  }
}
