package io.restante.testing.client;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;

/**
 * A message to many accounts by its bytes, in the layout of libsignal, so that it can be of any
 * size and for accounts without keys. No device could open it.
 */
public final class OpenLetter {
  private static final int VERSION = 0x22;
  private static final int MORE = 0x8000;
  private static final int OWN_BYTES = 48;

  private final ByteArrayOutputStream recipients = new ByteArrayOutputStream();
  private int count;

  /** One recipient more, all of whose devices have this registration id. */
  public OpenLetter to(UUID aci, int registrationId, int... devices) {
    ByteBuffer bytes = ByteBuffer.allocate(16 + 3 * devices.length + OWN_BYTES);
    bytes.putLong(aci.getMostSignificantBits()).putLong(aci.getLeastSignificantBits());
    for (int i = 0; i < devices.length; i++) {
      int more = i < devices.length - 1 ? MORE : 0;
      bytes.put((byte) devices[i]).putShort((short) (registrationId | more));
    }
    bytes.put(own(aci));
    recipients.writeBytes(bytes.array());
    count++;
    return this;
  }

  private static byte[] own(UUID aci) {
    byte[] own = new byte[OWN_BYTES];
    Arrays.fill(own, (byte) aci.getLeastSignificantBits());
    return own;
  }

  private static byte[] shared(int contentBytes) {
    byte[] shared = new byte[contentBytes - 1 - OWN_BYTES];
    Arrays.fill(shared, (byte) 's');
    return shared;
  }

  /** The message, whose content for each device has so many bytes. */
  public byte[] bytes(int contentBytes) {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    message.write(VERSION);
    for (int left = count; ; left >>>= 7) {
      if (left < 0x80) {
        message.write(left);
        break;
      }
      message.write(left | 0x80);
    }
    message.writeBytes(recipients.toByteArray());
    message.writeBytes(shared(contentBytes));
    return message.toByteArray();
  }

  /** What a device of a recipient gets of it. */
  public static byte[] content(UUID aci, int contentBytes) {
    return ByteBuffer.allocate(contentBytes)
        .put((byte) VERSION)
        .put(own(aci))
        .put(shared(contentBytes))
        .array();
  }

  /** The request that sends it. */
  public Ask ask(int contentBytes) {
    return new Ask(
        "PUT",
        "/v1/messages/multi_recipient?ts=1700000000000",
        Map.of("Content-Type", "application/vnd.signal-messenger.mrm"),
        bytes(contentBytes));
  }
}
