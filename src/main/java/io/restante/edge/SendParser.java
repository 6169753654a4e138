package io.restante.edge;

import io.restante.account.Caller;
import io.restante.delivery.Send;
import io.restante.delivery.Send.Message;
import io.restante.delivery.Send.Once;
import io.restante.delivery.Send.Sender;
import io.restante.protocol.Destination;
import io.restante.protocol.DeviceAddress;
import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.restante.protocol.IdempotencyKey;
import io.restante.protocol.Identity;
import io.restante.protocol.ServiceId;
import io.vertx.core.buffer.Buffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads the body of {@code PUT /v1/messages/{destination}}. Pure. */
final class SendParser {
  /** What a client may send; a receipt (5) has a route of its own. */
  private static final Set<Integer> TYPES = Set.of(1, 3, 6, 7, 8);

  private static final int TYPE_MAX = 255;

  /** Registration ids of clients have 14 bits; a longer one cannot match, and is stale. */
  private static final int REGISTRATION_ID_MAX = Integer.MAX_VALUE;

  private final int messageBytesMax;

  SendParser(int messageBytesMax) {
    this.messageBytesMax = messageBytesMax;
  }

  /** A send whose destination has not been looked up yet. */
  record Parsed(
      @Nullable Sender sender,
      long timestampMs,
      boolean online,
      boolean urgent,
      boolean story,
      List<Message> messages,
      @Nullable Once once) {
    Send toSend(UUID account, ServiceId destination) {
      return new Send(
          account, destination, sender, timestampMs, online, urgent, story, messages, once);
    }
  }

  /**
   * Reads it.
   *
   * @throws GatewayException 400, 413 or 422
   */
  Parsed parse(Call call, Destination destination) {
    Caller caller = call.caller();
    JsonFields body = JsonFields.parse(call.body());
    // Clients of generations A and B name handles, or do not say what is urgent; they, and whom
    // they write to, tell people by handle.
    boolean tellsHandle = destination instanceof Destination.ByHandle || !body.has("urgent");
    return new Parsed(
        caller == null ? null : new Sender(caller, tellsHandle),
        body.number("timestamp", 0, Long.MAX_VALUE),
        body.flag("online", false),
        body.flag("urgent", true),
        call.flag("story"),
        messages(body),
        once(call, destination));
  }

  private List<Message> messages(JsonFields body) {
    if (!body.has("messages")) {
      throw GatewayException.invalidField("messages", "absent", "a list of objects");
    }
    List<Message> messages = new ArrayList<>();
    Set<Integer> devices = new HashSet<>();
    for (JsonFields item : body.objects("messages", DeviceAddress.DEVICE_MAX)) {
      Message message = message(item);
      if (!devices.add(message.device())) {
        throw GatewayException.invalidField(
            item.path("destinationDeviceId"), message.device(), "each device once");
      }
      messages.add(message);
    }
    return messages;
  }

  private Message message(JsonFields item) {
    int type = item.integer("type", 0, TYPE_MAX);
    if (!TYPES.contains(type)) {
      throw GatewayException.invalidField(item.path("type"), type, "1, 3, 6, 7 or 8");
    }
    int device =
        item.integer("destinationDeviceId", DeviceAddress.PRIMARY, DeviceAddress.DEVICE_MAX);
    // Absent, or 0 from clients of generations A and B that do not know it: not checked.
    int registrationId =
        item.optionalNumber("destinationRegistrationId", 0, REGISTRATION_ID_MAX)
            .orElse(0L)
            .intValue();
    boolean legacy = !item.has("content") && item.has("body");
    Buffer bytes = bytes(item, legacy ? "body" : "content");
    return new Message(type, device, registrationId, legacy ? null : bytes, legacy ? bytes : null);
  }

  private Buffer bytes(JsonFields item, String field) {
    byte[] bytes = item.bytes(field, 0, Integer.MAX_VALUE);
    if (bytes.length == 0) {
      throw GatewayException.invalidField(
          item.path(field), "0 bytes", "1 to " + messageBytesMax + " bytes");
    }
    if (bytes.length > messageBytesMax) {
      throw new GatewayException(
          ErrorCode.TOO_LARGE,
          item.path(field)
              + ": "
              + bytes.length
              + " bytes (expected: at most "
              + messageBytesMax
              + ")");
    }
    return Buffer.buffer(bytes);
  }

  private static @Nullable Once once(Call call, Destination destination) {
    boolean pni =
        destination instanceof Destination.ById byId && byId.id().identity() == Identity.PNI;
    return once(call, Buffer.buffer(2).appendByte(mark(call.flag("story"))).appendByte(mark(pni)));
  }

  static byte mark(boolean set) {
    return (byte) (set ? 1 : 0);
  }

  /**
   * The name under which a call can be repeated, null where it has none.
   *
   * @param marks all that makes it another one, besides its body
   */
  static @Nullable Once once(Call call, Buffer marks) {
    String header = call.header("Idempotency-Key").orElse(null);
    if (header == null) {
      return null;
    }
    if (call.caller() == null) {
      // Nothing names an anonymous sender: a record for all of them would tell one of another.
      throw new GatewayException(
          ErrorCode.INVALID_FIELD, "Idempotency-Key: on an anonymous send (expected: absent)");
    }
    return new Once(new IdempotencyKey(header), hash(marks, call.body()));
  }

  private static byte[] hash(Buffer marks, Buffer body) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(marks.getBytes());
      return sha256.digest(body.getBytes());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("a JDK without SHA-256", e);
    }
  }
}
