package io.restante.bench;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * One keep-alive connection with one request at a time on it. Of an answer only its status and its
 * length are read (RFC 9112 section 6), so that the load costs little beside what it measures.
 */
public final class LoadConnection {
  /** Told of each answer. */
  public interface Listener {
    /** The answer to a request that was to be sent at this time has come whole. */
    void onAnswer(LoadConnection connection, int status, int bodyBytes, long intendedNanos);

    /** The connection is lost. */
    void onLost();
  }

  private static final int NO_ANSWER = -1;
  private static final int STATUS_AT = "HTTP/1.1 ".length();
  private static final int STATUS_CHARS = 3;
  private static final String LENGTH = "content-length: ";

  private final NetSocket socket;
  private final Listener listener;
  private Buffer head = Buffer.buffer();
  private long intendedNanos;
  private int status;
  private int bodyBytes;
  private int bodyLeft = NO_ANSWER;

  /** Takes over a connected socket. */
  public LoadConnection(NetSocket socket, Listener listener) {
    this.socket = socket;
    this.listener = listener;
    socket.handler(this::onData).closeHandler(closed -> listener.onLost());
  }

  /** Sends a request; there must be none under way. */
  public void send(Buffer request, long intendedNanos) {
    this.intendedNanos = intendedNanos;
    socket.write(request);
  }

  /** Hangs up; nobody is told. */
  public void close() {
    socket.closeHandler(closed -> {});
    socket.close();
  }

  private void onData(Buffer data) {
    if (bodyLeft == NO_ANSWER) {
      Buffer soFar = head.length() == 0 ? data : head.appendBuffer(data);
      int end = headEnd(soFar);
      if (end < 0) {
        head = soFar == data ? data.copy() : soFar;
        return;
      }
      readHead(soFar.getString(0, end, StandardCharsets.ISO_8859_1.name()));
      head = Buffer.buffer();
      bodyLeft = bodyBytes - (soFar.length() - end);
    } else {
      bodyLeft -= data.length();
    }
    if (bodyLeft == 0) {
      bodyLeft = NO_ANSWER;
      listener.onAnswer(this, status, bodyBytes, intendedNanos);
    }
  }

  private void readHead(String text) {
    status = Integer.parseInt(text.substring(STATUS_AT, STATUS_AT + STATUS_CHARS));
    int at = text.indexOf(LENGTH);
    if (at < 0) {
      at = text.toLowerCase(Locale.ROOT).indexOf(LENGTH);
    }
    int from = at + LENGTH.length();
    bodyBytes = at < 0 ? 0 : Integer.parseInt(text.substring(from, text.indexOf('\r', from)));
  }

  private static int headEnd(Buffer data) {
    for (int i = 3; i < data.length(); i++) {
      if (data.getByte(i) == '\n' && data.getByte(i - 2) == '\n') {
        return i + 1;
      }
    }
    return -1;
  }
}
