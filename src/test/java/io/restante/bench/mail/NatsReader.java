package io.restante.bench.mail;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads what a NATS server sends (client protocol of NATS): lines, and payloads behind some. */
final class NatsReader {
  /** Told of each. */
  interface Listener {
    /** A message; the reply subject is empty where there is none. */
    void onMessage(String subject, String reply, Buffer payload);

    /** Any other line, such as {@code PING}. */
    void onLine(String line);
  }

  private static final int LINE_END_BYTES = 2;

  private final Listener listener;
  private @Nullable Buffer unread;

  NatsReader(Listener listener) {
    this.listener = listener;
  }

  void read(Buffer data) {
    Buffer all = unread == null ? data : unread.appendBuffer(data);
    int at = 0;
    for (int next = next(all, at); next > at; next = next(all, at)) {
      at = next;
    }
    unread = at == all.length() ? null : all.getBuffer(at, all.length());
  }

  /** Tells what begins here; where it ends, or here again if it is not whole. */
  private int next(Buffer all, int at) {
    int end = lineEnd(all, at);
    if (end < 0) {
      return at;
    }
    String line = all.getString(at, end, StandardCharsets.US_ASCII.name());
    int behind = end + LINE_END_BYTES;
    if (!line.startsWith("MSG ")) {
      listener.onLine(line);
      return behind;
    }
    String[] words = line.split(" ", -1);
    int bytes = Integer.parseInt(words[words.length - 1]);
    if (behind + bytes + LINE_END_BYTES > all.length()) {
      return at;
    }
    String reply = words.length == 5 ? words[3] : "";
    listener.onMessage(words[1], reply, all.slice(behind, behind + bytes));
    return behind + bytes + LINE_END_BYTES;
  }

  private static int lineEnd(Buffer all, int from) {
    for (int i = from; i + 1 < all.length(); i++) {
      if (all.getByte(i) == '\r' && all.getByte(i + 1) == '\n') {
        return i;
      }
    }
    return -1;
  }
}
