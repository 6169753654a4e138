package io.restante.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A client's end of a WebSocket (RFC 6455), as light as a load needs it: binary messages of one
 * frame each, masked on their way out. Used on its event loop only.
 */
public final class WebSocketEnd {
  /** Told of what comes. */
  public interface Listener {
    /** A message; its bytes hold until this returns. */
    void onMessage(WebSocketEnd from, Buffer message);

    /** It has ended, and was not closed from here. */
    void onEnd(WebSocketEnd ended);
  }

  /** The upgrade was answered otherwise than with 101. */
  public static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final int status;

    Refused(int status) {
      super("upgrade refused: " + status);
      this.status = status;
    }

    /** The HTTP status. */
    public int status() {
      return status;
    }
  }

  /** The largest message that can be sent. */
  static final int MESSAGE_BYTES_MAX = 0xFFFF;

  private static final int FIN = 0x80;
  private static final int BINARY = 0x2;
  private static final int CLOSE = 0x8;
  private static final int PING = 0x9;
  private static final int PONG = 0xA;
  private static final int MASKED = 0x80;
  private static final int MASK_BYTES = 4;
  private static final int LENGTH_IN_16_BITS = 126;
  private static final int LENGTH_IN_64_BITS = 127;
  private static final int STATUS_AT = "HTTP/1.1 ".length();
  private static final int STATUS_CHARS = 3;
  private static final byte[] HEAD_END = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final SplittableRandom MASKS = new SplittableRandom();

  private final NetSocket socket;
  private final Listener listener;
  private final Promise<WebSocketEnd> opened = Promise.promise();
  private @Nullable Buffer unread;
  private boolean open;
  private boolean closed;

  private WebSocketEnd(NetSocket socket, Listener listener) {
    this.socket = socket;
    this.listener = listener;
    socket.handler(this::onData).closeHandler(gone -> onGone()).exceptionHandler(failure -> {});
  }

  /**
   * Connects and asks for the upgrade; fails with {@link Refused} where that is not given.
   *
   * @param headers of the request, each with its line end
   */
  public static Future<WebSocketEnd> open(
      NetClient client, int port, String path, String headers, Listener listener) {
    return client
        .connect(port, "127.0.0.1")
        .compose(
            socket -> {
              WebSocketEnd end = new WebSocketEnd(socket, listener);
              socket.write(
                  "GET "
                      + path
                      + " HTTP/1.1\r\nhost: bench\r\nupgrade: websocket\r\nconnection: Upgrade\r\n"
                      + "sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                      + "sec-websocket-version: 13\r\n"
                      + headers
                      + "\r\n");
              return end.opened.future();
            });
  }

  /** Sends a message. */
  public void send(Buffer message) {
    socket.write(masked(BINARY, message));
  }

  /** The frame of a client's message, masked. */
  static Buffer masked(int opcode, Buffer message) {
    int length = message.length();
    if (length > MESSAGE_BYTES_MAX) {
      throw new IllegalArgumentException(
          "message: " + length + " bytes (expected: at most " + MESSAGE_BYTES_MAX + ")");
    }
    boolean small = length < LENGTH_IN_16_BITS;
    byte[] frame = new byte[(small ? 2 : 4) + MASK_BYTES + length];
    frame[0] = (byte) (FIN | opcode);
    frame[1] = (byte) (MASKED | (small ? length : LENGTH_IN_16_BITS));
    if (!small) {
      frame[2] = (byte) (length >> Byte.SIZE);
      frame[3] = (byte) length;
    }
    int at = small ? 2 : 4;
    int mask = MASKS.nextInt();
    int maskAt = at;
    for (int i = 0; i < MASK_BYTES; i++) {
      frame[at++] = (byte) (mask >> (Byte.SIZE * i));
    }
    message.getBytes(frame, at);
    for (int i = 0; i < length; i++) {
      frame[at + i] ^= frame[maskAt + (i & (MASK_BYTES - 1))];
    }
    return Buffer.buffer(frame);
  }

  /** Hangs up; the listener is not told. */
  public void close() {
    closed = true;
    socket.close();
  }

  private void onGone() {
    if (!open) {
      opened.tryFail(new IllegalStateException("the connection ended in the handshake"));
    } else if (!closed) {
      closed = true;
      listener.onEnd(this);
    }
  }

  private void onData(Buffer data) {
    Buffer all = unread == null ? data : unread.appendBuffer(data);
    int at = open ? 0 : handshakeEnd(all);
    while (open && !closed && at < all.length()) {
      int end = frameEnd(all, at);
      if (end < 0) {
        break;
      }
      take(all, at, end);
      at = end;
    }
    // A copy: what was read is let go of.
    unread = at == all.length() ? null : all.getBuffer(at, all.length());
  }

  private int handshakeEnd(Buffer data) {
    for (int end = HEAD_END.length; end <= data.length(); end++) {
      if (isHeadEnd(data, end)) {
        int status = Integer.parseInt(data.getString(STATUS_AT, STATUS_AT + STATUS_CHARS));
        if (status == 101) {
          open = true;
          opened.complete(this);
        } else {
          opened.fail(new Refused(status));
          socket.close();
        }
        return end;
      }
    }
    return 0;
  }

  private static boolean isHeadEnd(Buffer data, int end) {
    for (int i = 0; i < HEAD_END.length; i++) {
      if (data.getByte(end - HEAD_END.length + i) != HEAD_END[i]) {
        return false;
      }
    }
    return true;
  }

  /** Where the frame that begins here ends; -1 where it is not whole yet. */
  private static int frameEnd(Buffer data, int at) {
    int have = data.length() - at;
    if (have < 2) {
      return -1;
    }
    int head = headBytes(data, at);
    if (have < head) {
      return -1;
    }
    long length =
        switch (head) {
          case 4 -> data.getUnsignedShort(at + 2);
          case 10 -> data.getLong(at + 2);
          default -> data.getByte(at + 1);
        };
    return have < head + length ? -1 : Math.toIntExact(at + head + length);
  }

  private static int headBytes(Buffer data, int at) {
    return switch (data.getByte(at + 1)) {
      case LENGTH_IN_16_BITS -> 4;
      case LENGTH_IN_64_BITS -> 10;
      default -> 2;
    };
  }

  private void take(Buffer data, int at, int end) {
    int first = data.getByte(at);
    Buffer message = data.slice(at + headBytes(data, at), end);
    switch (first & ~FIN & 0xFF) {
      case BINARY -> {
        if ((first & FIN) == 0) {
          throw new IllegalStateException("a message in fragments");
        }
        listener.onMessage(this, message);
      }
      case PING -> socket.write(masked(PONG, message));
      case CLOSE -> socket.close();
      default -> throw new IllegalStateException("a frame of type " + first);
    }
  }
}
