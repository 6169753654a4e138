package io.restante.prekey;

import io.restante.protocol.DeviceAddress;
import io.restante.protocol.Identity;
import java.util.UUID;

/**
 * Whose prekeys a claim is about.
 *
 * @param device 1 to 127, or {@link #ALL_DEVICES}
 */
public record ClaimTarget(UUID aci, Identity identity, int device) {
  /** All devices of the account. */
  public static final int ALL_DEVICES = 0;

  /** Reads the device of a path: a device id or {@code *}. */
  public static int parseDevice(String text) {
    return text.equals("*") ? ALL_DEVICES : DeviceAddress.parseDevice(text);
  }

  /** Whether it is about all devices. */
  boolean isAll() {
    return device == ALL_DEVICES;
  }

  /** The device as it stands in a path. */
  String deviceText() {
    return isAll() ? "*" : Integer.toString(device);
  }

  /** Hides the account: it must not reach a log. */
  @Override
  public String toString() {
    return "ClaimTarget[" + identity.wireName() + ", device=" + deviceText() + "]";
  }
}
