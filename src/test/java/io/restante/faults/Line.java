package io.restante.faults;

import io.restante.testing.client.Answer;
import io.restante.testing.client.Ask;
import io.restante.testing.client.Channel;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/1.1 connection after the other to one port, used by one thread. It sends each request
 * once: a client library that quietly asks again would make two requests of one in the record.
 */
public final class Line implements AutoCloseable {
  private static final int TIMEOUT_MS = 10_000;
  private static final int LOOK_MS = 1;

  private final int port;
  private @Nullable Socket socket;
  private @Nullable InputStream in;

  /** To this port of 127.0.0.1. */
  public Line(int port) {
    this.port = port;
  }

  /** Sends a request and reads its answer; where it fails, no answer will ever come. */
  public Answer ask(Ask ask) throws IOException {
    try {
      write(ask);
      return read();
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  /** What carries requests over this line, for a phone; no answer is a failure. */
  public Channel channel() {
    return ask -> {
      try {
        return CompletableFuture.completedFuture(ask(ask));
      } catch (IOException e) {
        return CompletableFuture.failedFuture(e);
      }
    };
  }

  /** Sends a request and hangs up. */
  public void askAndHangUp(Ask ask) throws IOException {
    try {
      write(ask);
    } finally {
      close();
    }
  }

  private void write(Ask ask) throws IOException {
    if (hasEnded()) {
      close();
    }
    if (socket == null) {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setSoTimeout(TIMEOUT_MS);
      socket.setTcpNoDelay(true);
      in = new BufferedInputStream(socket.getInputStream());
    }
    StringBuilder head = new StringBuilder();
    head.append(ask.method()).append(' ').append(ask.path()).append(" HTTP/1.1\r\nHost: x\r\n");
    ask.headers()
        .forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    head.append("Content-Length: ").append(ask.bytes()).append("\r\n\r\n");
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.writeBytes(head.toString().getBytes(StandardCharsets.ISO_8859_1));
    if (ask.body() != null) {
      request.writeBytes(ask.body());
    }
    socket.getOutputStream().write(request.toByteArray());
  }

  /** Whether the other side has closed a connection that lay idle. */
  private boolean hasEnded() throws IOException {
    if (socket == null) {
      return false;
    }
    try {
      socket.setSoTimeout(LOOK_MS);
      return input().read() < 0;
    } catch (SocketTimeoutException e) {
      socket.setSoTimeout(TIMEOUT_MS);
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  private Answer read() throws IOException {
    int status = Integer.parseInt(headLine().split(" ", 3)[1]);
    Map<String, String> headers = new TreeMap<>();
    for (String line = headLine(); !line.isEmpty(); line = headLine()) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
    byte[] body = input().readNBytes(length);
    if (body.length < length) {
      throw new IOException("cut off");
    }
    if ("close".equals(headers.get("connection"))) {
      close();
    }
    return new Answer(status, headers, body);
  }

  private String headLine() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = input().read(); next != '\n'; next = input().read()) {
      if (next < 0) {
        throw new IOException("cut off");
      }
      line.append((char) next);
    }
    return line.toString().stripTrailing();
  }

  private InputStream input() throws IOException {
    if (in == null) {
      throw new IOException("not connected");
    }
    return in;
  }

  @Override
  public void close() {
    Socket ending = socket;
    socket = null;
    in = null;
    try {
      if (ending != null) {
        ending.close();
      }
    } catch (IOException e) {
      // Gone is gone.
    }
  }
}
