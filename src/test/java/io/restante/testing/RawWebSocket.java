package io.restante.testing;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What a client writes on a WebSocket, in bytes (RFC 6455). */
public final class RawWebSocket {
  private static final String HANDSHAKE =
      String.join(
          "\r\n",
          "GET / HTTP/1.1",
          "Host: localhost",
          "Connection: Upgrade",
          "Upgrade: websocket",
          "Sec-WebSocket-Version: 13",
          "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
          "\r\n");

  private static final int MASKED = 0x80;
  private static final int HEAD_BYTES_MAX = 14;

  private RawWebSocket() {}

  /** The request that makes a connection to a server a socket. */
  public static byte[] handshake() {
    return HANDSHAKE.getBytes(StandardCharsets.US_ASCII);
  }

  /** A frame with these flags and opcode in its first byte, and a mask of zeros. */
  public static byte[] frame(int firstByte, byte[] payload) {
    ByteBuffer frame = ByteBuffer.allocate(HEAD_BYTES_MAX + payload.length);
    frame.put((byte) firstByte);
    if (payload.length < 126) {
      frame.put((byte) (MASKED | payload.length));
    } else if (payload.length < 1 << 16) {
      frame.put((byte) (MASKED | 126)).putShort((short) payload.length);
    } else {
      frame.put((byte) (MASKED | 127)).putLong(payload.length);
    }
    frame.putInt(0).put(payload);
    return Arrays.copyOf(frame.array(), frame.position());
  }
}
