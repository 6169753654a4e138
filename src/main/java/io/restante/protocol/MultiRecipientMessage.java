package io.restante.protocol;

import io.vertx.core.buffer.Buffer;
import java.util.AbstractList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A sealed-sender v2 message to many recipients, encrypted once, with a small part of its own for
 * each of them (Signal's sealed sender v2; the layout is that of libsignal):
 *
 * <pre>
 * version (0x22: recipients are ACIs; 0x23: service ids), count (varint),
 * count x {recipient (16 bytes, or a type byte and 16), devices, 48 bytes of its own},
 * what all share: 32 bytes of a key, the ciphertext
 * devices: {id (1), registration id (2, big-endian, the highest bit: one more follows)}, or one 0
 * for a recipient that gets nothing, which has no bytes of its own
 * </pre>
 *
 * <p>A recipient whose devices a sender did not name one after the other has an entry for each run
 * of them; here it is one.
 *
 * @param shared the part that all share
 */
public record MultiRecipientMessage(List<Recipient> recipients, Buffer shared) {
  private static final int VERSION_ACI = 0x22;
  private static final int VERSION_SERVICE_ID = 0x23;
  private static final int VERSION_RECEIVED = 0x22;
  private static final int OWN_BYTES = 48;
  private static final int SHARED_BYTES_MIN = 33;
  private static final int DEVICE_BYTES = 3;
  private static final int MORE = 0x8000;
  private static final int REGISTRATION_ID_MASK = 0x3FFF;
  private static final String DEVICE = "a device (expected: 1 to 127, each once)";

  /** A device, and the registration id that the sender knows of it. */
  public record Device(int id, int registrationId) {}

  /**
   * Who gets it.
   *
   * @param devices at least one, each once
   * @param own 48 bytes
   */
  public record Recipient(ServiceId id, List<Device> devices, Buffer own) {}

  /** The content of the envelope for a recipient's devices. */
  public Buffer contentFor(Recipient recipient) {
    return Buffer.buffer(1 + OWN_BYTES + shared.length())
        .appendByte((byte) VERSION_RECEIVED)
        .appendBuffer(recipient.own())
        .appendBuffer(shared);
  }

  /** Bytes of the content for each device. */
  public int contentBytes() {
    return 1 + OWN_BYTES + shared.length();
  }

  /** Devices of all recipients. */
  public int deviceCount() {
    return recipients.stream().mapToInt(recipient -> recipient.devices().size()).sum();
  }

  /**
   * Reads one.
   *
   * @param recipientsMax how many it may have
   * @throws GatewayException {@link ErrorCode#MALFORMED_BODY} where it is none, {@link
   *     ErrorCode#INVALID_FIELD} where it has too many recipients
   */
  public static MultiRecipientMessage parse(Buffer body, int recipientsMax) {
    return new Reader(body).read(recipientsMax);
  }

  /** Devices that are read where they stand: thousands of them take no more than the body. */
  private static final class Devices extends AbstractList<Device> {
    private final Buffer bytes;

    Devices(Buffer bytes) {
      this.bytes = bytes;
    }

    @Override
    public Device get(int index) {
      int at = index * DEVICE_BYTES;
      int registration = bytes.getUnsignedShort(at + 1);
      return new Device(bytes.getUnsignedByte(at), registration & REGISTRATION_ID_MASK);
    }

    @Override
    public int size() {
      return bytes.length() / DEVICE_BYTES;
    }
  }

  private static final class Reader {
    private final Buffer body;
    private int at;

    Reader(Buffer body) {
      this.body = body;
    }

    MultiRecipientMessage read(int recipientsMax) {
      int version = unsigned();
      if (version != VERSION_ACI && version != VERSION_SERVICE_ID) {
        throw malformed("version (expected: 0x22 or 0x23)");
      }
      long count = varint();
      if (count > recipientsMax) {
        throw GatewayException.invalidField("recipients", count, "at most " + recipientsMax);
      }
      Map<ServiceId, Recipient> recipients = new LinkedHashMap<>();
      for (long i = 0; i < count; i++) {
        ServiceId id = serviceId(version == VERSION_SERVICE_ID);
        Buffer devices = devices();
        Buffer own = devices.length() == 0 ? devices : slice(OWN_BYTES);
        recipients.merge(id, new Recipient(id, new Devices(devices), own), Reader::together);
      }
      if (body.length() - at < SHARED_BYTES_MIN) {
        throw malformed("the part that all share (expected: 33 bytes or more)");
      }
      List<Recipient> reached =
          recipients.values().stream().filter(one -> !one.devices().isEmpty()).toList();
      return new MultiRecipientMessage(reached, body.slice(at, body.length()));
    }

    /** One recipient of two entries; its own bytes are the same in both. */
    private static Recipient together(Recipient first, Recipient next) {
      if (first.devices().isEmpty() || next.devices().isEmpty()) {
        throw malformed("a recipient that gets nothing twice (expected: once)");
      }
      Buffer devices = Buffer.buffer();
      BitSet seen = new BitSet();
      for (Recipient one : List.of(first, next)) {
        for (Device device : one.devices()) {
          if (seen.get(device.id())) {
            throw malformed(DEVICE);
          }
          seen.set(device.id());
          devices.appendByte((byte) device.id()).appendUnsignedShort(device.registrationId());
        }
      }
      return new Recipient(first.id(), new Devices(devices), first.own());
    }

    private ServiceId serviceId(boolean typed) {
      int type = typed ? unsigned() : 0;
      if (type > 1) {
        throw malformed("a recipient's type (expected: 0 for ACI or 1 for PNI)");
      }
      Buffer uuid = slice(16);
      UUID id = new UUID(uuid.getLong(0), uuid.getLong(8));
      return type == 0 ? ServiceId.aci(id) : ServiceId.pni(id);
    }

    /** The bytes of one or more devices, each once, or none. */
    private Buffer devices() {
      int start = at;
      BitSet seen = new BitSet();
      boolean more = true;
      while (more) {
        int id = unsigned();
        if (id == 0 && seen.isEmpty()) {
          return body.slice(at, at);
        }
        if (id == 0 || id > DeviceAddress.DEVICE_MAX || seen.get(id)) {
          throw malformed(DEVICE);
        }
        seen.set(id);
        more = ((unsigned() << 8 | unsigned()) & MORE) != 0;
      }
      return body.slice(start, at);
    }

    private long varint() {
      long value = 0;
      for (int shift = 0; shift < 32; shift += 7) {
        int next = unsigned();
        value |= (long) (next & 0x7F) << shift;
        if ((next & 0x80) == 0) {
          return value;
        }
      }
      throw malformed("count (expected: a varint of 32 bits)");
    }

    private int unsigned() {
      if (at == body.length()) {
        throw malformed("ends early");
      }
      return body.getUnsignedByte(at++);
    }

    private Buffer slice(int length) {
      if (body.length() - at < length) {
        throw malformed("ends early");
      }
      at += length;
      return body.slice(at - length, at);
    }

    private static GatewayException malformed(String what) {
      return new GatewayException(ErrorCode.MALFORMED_BODY, "multi-recipient message: " + what);
    }
  }
}
