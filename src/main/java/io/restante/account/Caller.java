package io.restante.account;

import io.restante.protocol.DeviceAddress;
import io.restante.protocol.Handle;
import io.restante.protocol.SignalingKey;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An authenticated device.
 *
 * @param verifier the salted hash its password was checked against; another one in its place means
 *     that the credentials are no longer valid
 * @param createdMs when the account was first registered, by Redis' clock
 * @param signalingKey generation A: under which its envelopes are sealed; null for plain ones
 */
public record Caller(
    DeviceAddress address,
    UUID pni,
    Handle handle,
    Verifier verifier,
    long createdMs,
    @Nullable SignalingKey signalingKey) {
  /** The account's ACI. */
  public UUID aci() {
    return address.aci();
  }

  /** The device id. */
  public int device() {
    return address.device();
  }
}
