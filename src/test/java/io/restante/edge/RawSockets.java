package io.restante.edge;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Connections to a server, byte by byte; they stay open until the end. */
final class RawSockets implements AutoCloseable {
  private static final int RECEIVE_BYTES = 64 * 1024;

  private final int port;
  private final List<Socket> sockets = new ArrayList<>();

  RawSockets(int port) {
    this.port = port;
  }

  /** A request without a body, or the head of one. */
  static String head(String... lines) {
    return String.join("\r\n", lines) + "\r\nHost: a\r\n\r\n";
  }

  private Socket open(String... texts) throws IOException {
    return open(new Socket(), texts);
  }

  private Socket open(Socket socket, String... texts) throws IOException {
    sockets.add(socket);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    for (String text : texts) {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }
    return socket;
  }

  /** Sends bytes over one more, and reads until the server hangs up, be it with a reset. */
  String ask(String... texts) throws IOException {
    return rest(open(texts).getInputStream()).toString(StandardCharsets.ISO_8859_1);
  }

  /** What comes until the server hangs up, be it with a reset. */
  static ByteArrayOutputStream rest(InputStream in) throws IOException {
    ByteArrayOutputStream answers = new ByteArrayOutputStream();
    byte[] some = new byte[4_096];
    try {
      for (int read = in.read(some); read >= 0; read = in.read(some)) {
        answers.write(some, 0, read);
      }
    } catch (SocketException reset) {
      // It had not read all that was sent.
    }
    return answers;
  }

  /** Sends bytes over one more, which takes little before what it gets is read. */
  InputStream send(String... texts) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(RECEIVE_BYTES);
    return open(socket, texts).getInputStream();
  }

  /** Whether one more gets an answer. */
  boolean answers() throws IOException {
    try {
      return open(head("GET /open HTTP/1.1")).getInputStream().read() == 'H';
    } catch (IOException reset) {
      return false;
    }
  }

  /** Sends a body over one more, but for its last byte. */
  void hold(int bytes) throws IOException {
    open(head("PUT /open HTTP/1.1", "Content-Length: " + bytes))
        .getOutputStream()
        .write(new byte[bytes - 1]);
  }

  @Override
  public void close() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
