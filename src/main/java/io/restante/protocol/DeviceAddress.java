package io.restante.protocol;

import java.util.Optional;
import java.util.UUID;

/** One device of an account: the account's ACI and a device id of 1 to 127. Device 1 is primary. */
public record DeviceAddress(UUID aci, int device) {
  /** The device that registered the account. */
  public static final int PRIMARY = 1;

  /** The highest device id. */
  public static final int DEVICE_MAX = 127;

  private static final int ACI_CHARS = 36;

  /** Checks the device id. */
  public DeviceAddress {
    if (device < PRIMARY || device > DEVICE_MAX) {
      throw new GatewayException(
          ErrorCode.INVALID_FIELD, "deviceId: " + device + " (expected: 1 to " + DEVICE_MAX + ")");
    }
  }

  /**
   * Reads a device id of a path or name.
   *
   * @throws GatewayException {@link ErrorCode#MALFORMED_ID} where it is not a number from 1 to 127
   */
  public static int parseDevice(String text) {
    int device = 0;
    for (int i = 0; i < text.length() && device <= DEVICE_MAX; i++) {
      char c = text.charAt(i);
      device = c >= '0' && c <= '9' ? device * 10 + (c - '0') : DEVICE_MAX + 1;
    }
    if (device < PRIMARY || device > DEVICE_MAX) {
      throw new GatewayException(
          ErrorCode.MALFORMED_ID, "device id (expected: 1 to " + DEVICE_MAX + ")");
    }
    return device;
  }

  /**
   * Reads {@code aci.N}, the name under which a device authenticates; empty where the text is of
   * another shape, such as a handle or an ACI alone.
   *
   * @throws GatewayException {@link ErrorCode#MALFORMED_ID} where the device is none
   */
  public static Optional<DeviceAddress> parseName(String name) {
    if (name.length() <= ACI_CHARS || name.charAt(ACI_CHARS) != '.') {
      return Optional.empty();
    }
    String aci = name.substring(0, ACI_CHARS);
    return ServiceId.looksLike(aci)
        ? Optional.of(
            new DeviceAddress(ServiceId.parseUuid(aci), parseDevice(name.substring(ACI_CHARS + 1))))
        : Optional.empty();
  }

  /** Hides the account: it must not reach a log. */
  @Override
  public String toString() {
    return "DeviceAddress[device=" + device + "]";
  }
}
