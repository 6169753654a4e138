package io.restante.contract;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A connection that sends what no client library would. Blocking; a read that brings nothing for
 * half a minute fails, whatever else would have been an answer.
 */
final class RawConnection implements AutoCloseable {
  /** A header line that each handshake needs. */
  static final String KEY = "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n";

  private static final int TIMEOUT_MS = 30_000;
  private static final int CLOSE_OPCODE = 8;
  private static final String END_OF_HEAD = "\r\n\r\n";

  private final Socket socket;
  private final InputStream in;

  RawConnection(String url) {
    try {
      socket = new Socket(InetAddress.getLoopbackAddress(), URI.create(url).getPort());
      socket.setSoTimeout(TIMEOUT_MS);
      in = socket.getInputStream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A connection that has become a socket, with or without credentials. */
  static RawConnection upgraded(String url, String credentials) {
    RawConnection connection = new RawConnection(url);
    connection.write(handshake("GET", credentials + KEY));
    String head = connection.head();
    if (!head.startsWith("HTTP/1.1 101 ")) {
      throw new AssertionError(head);
    }
    return connection;
  }

  /** An upgrade of version 13 with these further header lines. */
  static String handshake(String method, String lines) {
    return method
        + " /v1/websocket/ HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n"
        + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        + lines
        + "\r\n";
  }

  /** Writes text as ISO 8859-1; that the other side has hung up already is no error. */
  void write(String text) {
    write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  void write(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
    } catch (IOException hungUp) {
      // What it answered before can still be read.
    }
  }

  /** Says that nothing more will come. */
  void endOutput() {
    try {
      socket.shutdownOutput();
    } catch (IOException hungUp) {
      // As in write.
    }
  }

  /** The status of the answer, 0 where the gateway hung up without one. */
  int status() {
    String head = head();
    return head.isEmpty() ? 0 : Integer.parseInt(head.split(" ", 3)[1]);
  }

  /** An end of the connection is an answer; that nothing comes and it stays open is none. */
  private static void failWhereNothingCame(IOException failure) {
    if (failure instanceof SocketTimeoutException) {
      throw new AssertionError("neither an answer nor an end within " + TIMEOUT_MS + " ms");
    }
  }

  private String head() {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    try {
      while (!head.toString(StandardCharsets.ISO_8859_1).endsWith(END_OF_HEAD)) {
        int next = in.read();
        if (next < 0) {
          return "";
        }
        head.write(next);
      }
    } catch (IOException reset) {
      failWhereNothingCame(reset);
      return "";
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  /** Everything until the gateway hangs up. */
  String all() {
    try {
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    } catch (IOException reset) {
      failWhereNothingCame(reset);
      return "";
    }
  }

  private record ShortFrame(int opcode, byte[] payload) {}

  private @Nullable ShortFrame frame() {
    try {
      int first = in.read();
      int length = in.read();
      if (length == 126) {
        length = in.read() << 8 | in.read();
      }
      return length < 0 ? null : new ShortFrame(first & 0x0f, in.readNBytes(length));
    } catch (IOException reset) {
      // As good as hung up.
      failWhereNothingCame(reset);
      return null;
    }
  }

  /** Awaits the next frame, whatever it is. */
  void awaitFrame() {
    frame();
  }

  /** The code of the close frame that comes next, 0 where there is none; skips other frames. */
  int closeCode() {
    for (ShortFrame next = frame(); next != null; next = frame()) {
      if (next.opcode() == CLOSE_OPCODE) {
        byte[] payload = next.payload();
        return payload.length < 2 ? 1005 : ByteBuffer.wrap(payload).getShort() & 0xffff;
      }
    }
    return 0;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
