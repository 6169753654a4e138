package io.restante.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.restante.protocol.MultiRecipientMessage.Device;
import io.restante.protocol.MultiRecipientMessage.Recipient;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The layout by hand-made bytes; real ones of libsignal are in the story of many recipients. */
class MultiRecipientMessageTest {
  private static final UUID FIRST = UUID.randomUUID();
  private static final UUID SECOND = UUID.randomUUID();
  private static final Buffer SHARED = Buffer.buffer(new byte[40]);

  private static Buffer uuid(UUID id) {
    return Buffer.buffer()
        .appendLong(id.getMostSignificantBits())
        .appendLong(id.getLeastSignificantBits());
  }

  private static Buffer own(int fill) {
    byte[] bytes = new byte[48];
    java.util.Arrays.fill(bytes, (byte) fill);
    return Buffer.buffer(bytes);
  }

  /** Two recipients, the first with two devices, the second a PNI, and one that gets nothing. */
  private static Buffer valid() {
    return Buffer.buffer(new byte[] {0x23, 3})
        .appendByte((byte) 0)
        .appendBuffer(uuid(FIRST))
        .appendByte((byte) 1)
        .appendUnsignedShort(0x8000 | 0x3FFF)
        .appendByte((byte) 127)
        .appendUnsignedShort(5)
        .appendBuffer(own(1))
        .appendByte((byte) 1)
        .appendBuffer(uuid(SECOND))
        .appendByte((byte) 2)
        .appendUnsignedShort(7)
        .appendBuffer(own(2))
        .appendByte((byte) 0)
        .appendBuffer(uuid(SECOND))
        .appendByte((byte) 0)
        .appendBuffer(SHARED);
  }

  private static ErrorCode refusal(Buffer body, int recipientsMax) {
    return assertThrows(
            GatewayException.class, () -> MultiRecipientMessage.parse(body, recipientsMax))
        .code();
  }

  @Test
  void readsEveryRecipientWithItsDevicesAndLeavesOutWhoGetsNothing() {
    MultiRecipientMessage message = MultiRecipientMessage.parse(valid(), 3);
    Recipient first =
        new Recipient(
            ServiceId.aci(FIRST), List.of(new Device(1, 0x3FFF), new Device(127, 5)), own(1));
    Recipient second = new Recipient(ServiceId.pni(SECOND), List.of(new Device(2, 7)), own(2));
    assertEquals(List.of(first, second), message.recipients());
    assertEquals(SHARED, message.shared());
    Buffer content = Buffer.buffer(new byte[] {0x22}).appendBuffer(own(2)).appendBuffer(SHARED);
    assertEquals(content, message.contentFor(second));
    assertEquals(content.length(), message.contentBytes());
  }

  @Test
  void readsTheOlderLayoutWhoseRecipientsAreAcis() {
    Buffer older =
        Buffer.buffer(new byte[] {0x22, (byte) 0x81, 0})
            .appendBuffer(uuid(FIRST))
            .appendByte((byte) 1)
            .appendUnsignedShort(9)
            .appendBuffer(own(3))
            .appendBuffer(SHARED);
    Recipient only = new Recipient(ServiceId.aci(FIRST), List.of(new Device(1, 9)), own(3));
    assertEquals(List.of(only), MultiRecipientMessage.parse(older, 1).recipients());
  }

  /** An entry of the first recipient for one device. */
  private static Buffer entry(int device, int registrationId, Buffer own) {
    return Buffer.buffer()
        .appendBuffer(uuid(FIRST))
        .appendByte((byte) device)
        .appendUnsignedShort(registrationId)
        .appendBuffer(own);
  }

  @Test
  void entriesOfOneRecipientAreOne() {
    Buffer body =
        Buffer.buffer(new byte[] {0x22, 3})
            .appendBuffer(entry(2, 7, own(1)))
            .appendBuffer(uuid(SECOND))
            .appendByte((byte) 1)
            .appendUnsignedShort(5)
            .appendBuffer(own(2))
            .appendBuffer(entry(1, 9, own(1)))
            .appendBuffer(SHARED);
    Recipient first =
        new Recipient(ServiceId.aci(FIRST), List.of(new Device(2, 7), new Device(1, 9)), own(1));
    Recipient second = new Recipient(ServiceId.aci(SECOND), List.of(new Device(1, 5)), own(2));
    MultiRecipientMessage message = MultiRecipientMessage.parse(body, 3);
    assertEquals(List.of(first, second), message.recipients());
    assertEquals(3, message.deviceCount());
    assertEquals(ErrorCode.INVALID_FIELD, refusal(body, 2));
  }

  @Test
  void refusesEntriesOfOneRecipientThatContradictEachOther() {
    Buffer nothing = Buffer.buffer().appendBuffer(uuid(FIRST)).appendByte((byte) 0);
    Buffer one = entry(1, 9, own(1));
    for (List<Buffer> entries :
        List.of(List.of(one, nothing), List.of(nothing, one), List.of(one, one))) {
      Buffer body = Buffer.buffer(new byte[] {0x22, 2});
      entries.forEach(body::appendBuffer);
      assertEquals(ErrorCode.MALFORMED_BODY, refusal(body.appendBuffer(SHARED), 3));
    }
  }

  @Test
  void refusesMoreRecipientsThanTheLimit() {
    assertEquals(ErrorCode.INVALID_FIELD, refusal(valid(), 2));
  }

  @Test
  void refusesEveryTruncation() {
    // The part that all share has no length of its own: from 33 bytes on it is one.
    for (int length = 0; length < valid().length() - 7; length++) {
      assertEquals(ErrorCode.MALFORMED_BODY, refusal(valid().slice(0, length), 3));
    }
    MultiRecipientMessage.parse(valid().slice(0, valid().length() - 7), 3);
  }

  @Test
  void refusesWhatHasNoMeaning() {
    int device = 2 + 17;
    byte[][] changes = {
      {0, 0x24},
      {2, 2},
      {(byte) device, (byte) 128},
      {(byte) (device + 3), 1},
      {(byte) (device + 3), 0}
    };
    for (byte[] change : changes) {
      Buffer body = Buffer.buffer(valid().getBytes());
      body.setByte(change[0], change[1]);
      assertEquals(ErrorCode.MALFORMED_BODY, refusal(body, 3));
    }
    Buffer twice =
        Buffer.buffer(new byte[] {0x22, 2})
            .appendBuffer(uuid(FIRST))
            .appendByte((byte) 0)
            .appendBuffer(uuid(FIRST))
            .appendByte((byte) 0)
            .appendBuffer(SHARED);
    assertEquals(ErrorCode.MALFORMED_BODY, refusal(twice, 3));
    Buffer endless = Buffer.buffer(new byte[] {0x22, -1, -1, -1, -1, -1, 1}).appendBuffer(SHARED);
    assertEquals(ErrorCode.MALFORMED_BODY, refusal(endless, 3));
  }
}
