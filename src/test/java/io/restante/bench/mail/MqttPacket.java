package io.restante.bench.mail;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The few packets of MQTT 3.1.1 (OASIS standard, sections 2 and 3) that a letter needs at quality
 * of service 1. A WebSocket message may hold a part of a packet or several of them.
 */
final class MqttPacket {
  static final int CONNACK = 2;
  static final int PUBLISH = 3;
  static final int PUBACK = 4;
  static final int SUBACK = 9;

  private static final int CONNECT_HEAD = 0x10;
  private static final int PUBLISH_ONCE_OR_MORE = 0x32;
  private static final int PUBACK_HEAD = 0x40;
  private static final int SUBSCRIBE_HEAD = 0x82;
  private static final int PROTOCOL_LEVEL = 4;
  private static final int KEEP_SESSION = 0;
  private static final int LENGTH_BYTES_MAX = 4;

  private MqttPacket() {}

  /** Connects to the session of this name, which is kept when the connection ends. */
  static Buffer connect(String name) {
    Buffer body = Buffer.buffer();
    appendText(body, "MQTT");
    body.appendByte((byte) PROTOCOL_LEVEL).appendByte((byte) KEEP_SESSION).appendShort((short) 0);
    appendText(body, name);
    return packet(CONNECT_HEAD, body);
  }

  /** Subscribes to one topic. */
  static Buffer subscribe(int id, String topic) {
    Buffer body = Buffer.buffer().appendShort((short) id);
    appendText(body, topic);
    return packet(SUBSCRIBE_HEAD, body.appendByte((byte) 1));
  }

  /** Publishes to a topic. */
  static Buffer publish(int id, String topic, Buffer payload) {
    Buffer body = Buffer.buffer(topic.length() + Letter.BYTES + 8);
    appendText(body, topic);
    return packet(PUBLISH_ONCE_OR_MORE, body.appendShort((short) id).appendBuffer(payload));
  }

  /** Acks what was published. */
  static Buffer puback(int id) {
    return packet(PUBACK_HEAD, Buffer.buffer().appendShort((short) id));
  }

  /** Where the topic of a {@code PUBLISH} ends: its id is there, and two bytes on the payload. */
  static int topicEnd(Buffer publish) {
    return Short.BYTES + publish.getUnsignedShort(0);
  }

  private static Buffer packet(int head, Buffer body) {
    Buffer packet = Buffer.buffer(body.length() + 5).appendByte((byte) head);
    int left = body.length();
    do {
      int digit = left & 0x7F;
      left >>= 7;
      packet.appendByte((byte) (left > 0 ? digit | 0x80 : digit));
    } while (left > 0);
    return packet.appendBuffer(body);
  }

  private static void appendText(Buffer to, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    to.appendShort((short) bytes.length).appendBytes(bytes);
  }

  /** Puts packets together again. */
  static final class Reader {
    private final BiConsumer<Integer, Buffer> packets;
    private @Nullable Buffer unread;

    /** Tells the type of each packet, and what follows its length. */
    Reader(BiConsumer<Integer, Buffer> packets) {
      this.packets = packets;
    }

    void read(Buffer data) {
      Buffer all = unread == null ? data : unread.appendBuffer(data);
      int at = 0;
      for (int next = next(all, at); next > at; next = next(all, at)) {
        at = next;
      }
      unread = at == all.length() ? null : all.getBuffer(at, all.length());
    }

    /** Tells the packet that begins here; where it ends, or here again if it is not whole. */
    private int next(Buffer all, int at) {
      int length = 0;
      for (int i = 0; i < LENGTH_BYTES_MAX && at + 1 + i < all.length(); i++) {
        int digit = all.getUnsignedByte(at + 1 + i);
        length |= (digit & 0x7F) << (7 * i);
        if ((digit & 0x80) == 0) {
          int from = at + 2 + i;
          if (from + length > all.length()) {
            return at;
          }
          packets.accept(all.getUnsignedByte(at) >> 4, all.slice(from, from + length));
          return from + length;
        }
      }
      return at;
    }
  }
}
