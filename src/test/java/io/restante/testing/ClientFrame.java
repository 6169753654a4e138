package io.restante.testing;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** A client's WebSocket frame in bytes (RFC 6455, section 5.2), with a mask of zeros. */
public final class ClientFrame {
  private static final int MASKED = 0x80;
  private static final int HEAD_BYTES_MAX = 14;

  private ClientFrame() {}

  /** A frame with these flags and opcode in its first byte. */
  public static byte[] of(int firstByte, byte[] payload) {
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
