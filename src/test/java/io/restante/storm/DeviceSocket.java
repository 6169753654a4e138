package io.restante.storm;

import io.restante.testing.RawWebSocket;
import io.restante.testing.wire.Wire.SocketFrame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A device's end of a WebSocket (RFC 6455) as plain blocking input and output, used by one thread:
 * what it does not ask for is not read, and it can send what no library would.
 */
final class DeviceSocket implements AutoCloseable {
  /** What a socket that ended without a close frame is said to have (section 7.1.5). */
  static final int ABNORMAL = 1006;

  /** The gateway did not upgrade. */
  static final class RefusedException extends IOException {
    private static final long serialVersionUID = 1;
    private final int status;

    RefusedException(int status) {
      super("upgrade refused: " + status);
      this.status = status;
    }

    /** The HTTP status. */
    int status() {
      return status;
    }
  }

  /** The socket is over. */
  static final class EndedException extends Exception {
    private static final long serialVersionUID = 1;
    private final int code;

    EndedException(int code) {
      super("closed with " + code);
      this.code = code;
    }

    /** The code of the close frame. */
    int code() {
      return code;
    }
  }

  private static final int TIMEOUT_MS = 10_000;

  /** Small, so that a device that does not read is felt soon. */
  private static final int RECEIVE_BYTES = 16 * 1024;

  private static final int CONTINUATION = 0;
  private static final int BINARY = 2;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int PONG = 10;
  private static final int FIN = 0x80;
  private static final byte[] END_OF_HEAD = "\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);

  private final Socket socket = new Socket();
  private final InputStream in;
  private final ByteArrayOutputStream message = new ByteArrayOutputStream();
  private byte[] buffer = new byte[RECEIVE_BYTES];
  private int length;

  /** Connects and upgrades. */
  DeviceSocket(int port, String authorization) throws IOException {
    try {
      socket.setReceiveBufferSize(RECEIVE_BYTES);
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(TIMEOUT_MS);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MS);
      in = socket.getInputStream();
      String handshake =
          "GET /v1/websocket/ HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
              + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
              + "Authorization: "
              + authorization
              + "\r\n\r\n";
      socket.getOutputStream().write(handshake.getBytes(StandardCharsets.ISO_8859_1));
      int status = Integer.parseInt(head().split(" ", 3)[1]);
      if (status != 101) {
        throw new RefusedException(status);
      }
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private String head() throws IOException {
    while (true) {
      for (int i = 0; i + END_OF_HEAD.length <= length; i++) {
        int to = i + END_OF_HEAD.length;
        if (Arrays.equals(buffer, i, to, END_OF_HEAD, 0, END_OF_HEAD.length)) {
          String head = new String(buffer, 0, i, StandardCharsets.ISO_8859_1);
          drop(to);
          return head;
        }
      }
      fill();
    }
  }

  /** Reads what is there, at least a byte. */
  private void fill() throws IOException {
    if (length == buffer.length) {
      buffer = Arrays.copyOf(buffer, 2 * buffer.length);
    }
    int read = in.read(buffer, length, buffer.length - length);
    if (read < 0) {
      throw new IOException("cut off");
    }
    length += read;
  }

  private void drop(int bytes) {
    System.arraycopy(buffer, bytes, buffer, 0, length - bytes);
    length -= bytes;
  }

  /** The next message; null where none comes in so long a time. */
  @Nullable SocketFrame next(int waitMs) throws EndedException {
    try {
      socket.setSoTimeout(waitMs);
      while (true) {
        SocketFrame next = takeFrame();
        if (next != null) {
          return next;
        }
        fill();
      }
    } catch (SocketTimeoutException e) {
      return null;
    } catch (IOException e) {
      throw new EndedException(ABNORMAL);
    }
  }

  /** Takes frames out of what was read, until one ends a message; null where none does. */
  private @Nullable SocketFrame takeFrame() throws IOException, EndedException {
    while (length >= 2) {
      ByteBuffer head = ByteBuffer.wrap(buffer, 0, length);
      int first = head.get() & 0xff;
      long size = head.get() & 0x7f;
      int more = size == 126 ? Short.BYTES : size == 127 ? Long.BYTES : 0;
      if (head.remaining() < more) {
        return null;
      }
      size = more == 0 ? size : more == Short.BYTES ? head.getShort() & 0xffff : head.getLong();
      if (head.remaining() < size) {
        return null;
      }
      byte[] payload = new byte[(int) size];
      head.get(payload);
      drop(head.position());
      switch (first & 0x0f) {
        case CLOSE ->
            throw new EndedException(
                payload.length < 2 ? 1005 : ByteBuffer.wrap(payload).getShort() & 0xffff);
        case PING -> write(PONG, payload);
        case BINARY, CONTINUATION -> {
          message.writeBytes(payload);
          if ((first & FIN) != 0) {
            byte[] whole = message.toByteArray();
            message.reset();
            return SocketFrame.parseFrom(whole);
          }
        }
        default -> throw new IOException("opcode " + (first & 0x0f));
      }
    }
    return null;
  }

  /** Sends a message. */
  void send(SocketFrame frame) throws EndedException {
    send(frame.toByteArray());
  }

  /** Sends bytes that may be no frame of the protocol as a message. */
  void send(byte[] bytes) throws EndedException {
    try {
      write(BINARY, bytes);
    } catch (IOException e) {
      throw new EndedException(ABNORMAL);
    }
  }

  private void write(int opcode, byte[] payload) throws IOException {
    socket.getOutputStream().write(RawWebSocket.frame(FIN | opcode, payload));
  }

  /** Says that it goes, and goes. */
  void leave() {
    try {
      write(CLOSE, new byte[] {0x03, (byte) 0xe8});
    } catch (IOException e) {
      // It is over already.
    }
    close();
  }

  /** Goes without a word. */
  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // Gone is gone.
    }
  }
}
