package io.restante.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.testing.EventLoop;
import io.restante.testing.RawWebSocket;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A server of sockets that say what they hear, and clients that send frames byte by byte. */
final class FrameBed implements AutoCloseable {
  static final int FIRST = 0x02;
  static final int NEXT = 0x00;
  static final int LAST = 0x80;
  static final int WHOLE = 0x82;
  static final int PING = 0x89;
  static final int PONG = 0x8a;
  static final int CLOSE = 0x88;
  static final int RESERVED = 0x83;

  /** The length of a message on which the server pauses. */
  static final int PAUSES = 7;

  private static final int READ_TIMEOUT_MS = 20_000;

  private final EventLoop loop = new EventLoop();
  private final List<Served> sockets = new CopyOnWriteArrayList<>();
  private final AtomicReference<@Nullable Throwable> uncaught = new AtomicReference<>();
  private final int port;

  /** Sockets with what bounds them at that moment. */
  FrameBed(Supplier<BudgetedFrames.Limits> limits) {
    loop.vertx().exceptionHandler(uncaught::set);
    HttpServer server =
        loop.vertx()
            .createHttpServer(new HttpServerOptions())
            .webSocketHandler(
                socket -> {
                  Context context = Vertx.currentContext();
                  Served served =
                      new Served(WebSocketChannel.of(socket, context, limits.get()), context);
                  sockets.add(served);
                  served.channel.open(served);
                });
    port = EventLoop.result(server.listen(0, "127.0.0.1")).actualPort();
  }

  /** The server's end of one; it closes where it is told to. */
  static final class Served implements WebSocketChannel.Listener {
    final WebSocketChannel channel;
    final Context context;
    final List<Integer> lengths = new CopyOnWriteArrayList<>();
    final List<CloseCode> unreadable = new CopyOnWriteArrayList<>();
    final AtomicBoolean closed = new AtomicBoolean();

    Served(WebSocketChannel channel, Context context) {
      this.channel = channel;
      this.context = context;
    }

    @Override
    public void onMessage(Buffer message) {
      lengths.add(message.length());
      if (message.length() == PAUSES) {
        channel.pause();
      }
    }

    @Override
    public void onUnreadable(CloseCode code) {
      unreadable.add(code);
      channel.close(code);
    }

    @Override
    public void onRoom() {}

    @Override
    public void onClosed(int code) {
      closed.set(true);
    }

    void onItsLoop(Consumer<WebSocketChannel> step) {
      Promise<Void> done = Promise.promise();
      context.runOnContext(
          now -> {
            step.accept(channel);
            done.complete();
          });
      EventLoop.result(done.future());
    }
  }

  /** A client's end, which sends what it is told to and reads frame by frame. */
  static final class Client implements AutoCloseable {
    final Socket socket;
    final DataInputStream in;

    Client(Socket socket) throws IOException {
      this.socket = socket;
      this.in = new DataInputStream(socket.getInputStream());
    }

    void send(int firstByte, int bytes) throws IOException {
      send(RawWebSocket.frame(firstByte, new byte[bytes]));
    }

    void send(byte[] bytes) throws IOException {
      socket.getOutputStream().write(bytes);
    }

    /** The next frame's first byte and payload; a server does not mask. */
    Buffer read() throws IOException {
      int firstByte = in.readUnsignedByte();
      byte[] payload = in.readNBytes(in.readUnsignedByte());
      return Buffer.buffer().appendByte((byte) firstByte).appendBytes(payload);
    }

    /** Awaits that all that was sent is read. */
    void settle() throws IOException {
      send(PING, 0);
      assertEquals((byte) PONG, read().getByte(0));
    }

    void assertClosedWith(CloseCode code) throws IOException {
      Buffer frame = read();
      assertEquals((byte) CLOSE, frame.getByte(0));
      assertEquals(code.code(), frame.getShort(1));
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  /** One more client, whose socket is open. */
  Client connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(READ_TIMEOUT_MS);
    Client client = new Client(socket);
    client.send(RawWebSocket.handshake());
    String head = "";
    while (!head.endsWith("\r\n\r\n")) {
      head += (char) client.in.readUnsignedByte();
    }
    assertTrue(head.startsWith("HTTP/1.1 101"), head);
    return client;
  }

  /** The server's end of the socket that was opened after so many others. */
  Served served(int index) {
    EventLoop.until("it is open", () -> sockets.size() > index);
    return sockets.get(index);
  }

  List<Served> served() {
    return sockets;
  }

  /** Ends it; nothing was thrown. */
  @Override
  public void close() {
    loop.close();
    assertEquals(null, uncaught.get());
  }
}
