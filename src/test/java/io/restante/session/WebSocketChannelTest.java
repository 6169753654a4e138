package io.restante.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.limit.ByteBudget;
import io.restante.testing.EventLoop;
import io.restante.testing.RawWebSocket;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.http.WebSocketFrame;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A server's channel and a real client on it. */
final class WebSocketChannelTest {
  private static final int MESSAGE_BYTES_MAX = 1_000;
  private static final int FRAME_BYTES_MAX = 2 * MESSAGE_BYTES_MAX;

  /** Far more than anything here takes. */
  private static final int READ_TIMEOUT_MS = 30_000;

  private static final BudgetedFrames.Limits LIMITS =
      new BudgetedFrames.Limits(new ByteBudget(1_000_000), true, MESSAGE_BYTES_MAX, 600_000);

  private final EventLoop loop = new EventLoop();
  // It closes its sockets when nothing refers to it any more.
  private final WebSocketClient client = loop.vertx().createWebSocketClient();
  private final AtomicReference<@Nullable Served> served = new AtomicReference<>();
  private final Heard heard = new Heard();

  /** The server's end, and the context on which it is used. */
  private record Served(WebSocketChannel channel, Context context) {}

  /** What the channel told; it closes where it is told to. */
  private final class Heard implements WebSocketChannel.Listener {
    final List<Integer> lengths = Collections.synchronizedList(new ArrayList<>());
    final AtomicBoolean closed = new AtomicBoolean();
    final AtomicInteger closeCode = new AtomicInteger();
    int pauseAt = -1;

    @Override
    public void onMessage(Buffer message) {
      lengths.add(message.length());
      if (lengths.size() == pauseAt) {
        served().channel().pause();
      }
    }

    @Override
    public void onUnreadable(CloseCode code) {
      served().channel().close(code);
    }

    @Override
    public void onRoom() {}

    @Override
    public void onClosed(int code) {
      closeCode.set(code);
      closed.set(true);
    }
  }

  @AfterEach
  void close() {
    loop.close();
  }

  private int serve() {
    return serve(new HttpServerOptions().setMaxWebSocketFrameSize(FRAME_BYTES_MAX));
  }

  private int serve(HttpServerOptions options) {
    HttpServer server =
        loop.vertx()
            .createHttpServer(options)
            .webSocketHandler(
                socket -> {
                  WebSocketChannel channel =
                      WebSocketChannel.of(socket, Vertx.currentContext(), LIMITS);
                  served.set(new Served(channel, Vertx.currentContext()));
                  channel.open(heard);
                });
    return loop.await(() -> server.listen(0, "127.0.0.1")).actualPort();
  }

  private WebSocket connect() {
    WebSocketConnectOptions to =
        new WebSocketConnectOptions().setHost("127.0.0.1").setURI("/").setPort(serve());
    return EventLoop.result(client.connect(to));
  }

  private Served served() {
    return Objects.requireNonNull(served.get());
  }

  private void onItsLoop(Consumer<WebSocketChannel> step) {
    served().context().runOnContext(now -> step.accept(served().channel()));
  }

  private static Buffer bytes(int length) {
    return Buffer.buffer(new byte[length]);
  }

  private static void assertClosedWith(CloseCode code, WebSocket socket) {
    EventLoop.until("it is closed", socket::isClosed);
    assertEquals(code.code(), socket.closeStatusCode());
  }

  @Test
  void fragmentsAreOneMessageAndAMessageMayHaveTheLimitsBytes() {
    WebSocket socket = connect();
    socket.writeFrame(WebSocketFrame.binaryFrame(bytes(400), false));
    socket.writePing(Buffer.buffer("between them"));
    socket.writeFrame(WebSocketFrame.continuationFrame(bytes(600), true));
    socket.writeBinaryMessage(bytes(MESSAGE_BYTES_MAX));
    socket.writeBinaryMessage(bytes(0));
    EventLoop.until("all have come", () -> heard.lengths.size() == 3);
    assertEquals(List.of(1_000, MESSAGE_BYTES_MAX, 0), heard.lengths);
  }

  @Test
  void aMessageOverTheLimitIsTooBigInOneFrameAsInSeveral() {
    WebSocket whole = connect();
    whole.writeFrame(WebSocketFrame.binaryFrame(bytes(MESSAGE_BYTES_MAX + 1), true));
    assertClosedWith(CloseCode.TOO_BIG, whole);
    WebSocket parts = connect();
    parts.writeFrame(WebSocketFrame.binaryFrame(bytes(MESSAGE_BYTES_MAX), false));
    parts.writeFrame(WebSocketFrame.continuationFrame(bytes(1), true));
    assertClosedWith(CloseCode.TOO_BIG, parts);
    assertEquals(List.of(), heard.lengths);
    EventLoop.until("it is told", heard.closed::get);
  }

  @Test
  void aFrameOverItsLimitEndsIt() {
    WebSocket socket = connect();
    socket.writeFrame(WebSocketFrame.binaryFrame(bytes(FRAME_BYTES_MAX + 1), true));
    EventLoop.until("it is told", heard.closed::get);
    assertEquals(List.of(), heard.lengths);
  }

  @Test
  void aTextIsNotTaken() {
    WebSocket socket = connect();
    socket.writeTextMessage("text");
    assertClosedWith(CloseCode.MALFORMED, socket);
  }

  @Test
  void pingsAreAnsweredWithTheirBytes() {
    WebSocket socket = connect();
    AtomicReference<@Nullable Buffer> pong = new AtomicReference<>();
    socket.pongHandler(pong::set);
    socket.writePing(Buffer.buffer("are you there"));
    EventLoop.until("it is answered", () -> pong.get() != null);
    assertEquals(Buffer.buffer("are you there"), pong.get());
  }

  @Test
  void whatOneReadBringsAfterAPauseIsHeldInOrder() {
    heard.pauseAt = 3;
    WebSocket socket = connect();
    List<Integer> sent = IntStream.range(0, 20).boxed().toList();
    loop.vertx().runOnContext(now -> sent.forEach(i -> socket.writeBinaryMessage(bytes(i))));
    AtomicReference<@Nullable Buffer> pong = new AtomicReference<>();
    EventLoop.until("it is paused", () -> heard.lengths.size() >= 3);
    EventLoop.result(socket.writePing(Buffer.buffer("behind them")));
    assertEquals(sent.subList(0, 3), heard.lengths);
    socket.pongHandler(pong::set);
    onItsLoop(WebSocketChannel::resume);
    EventLoop.until("all have come", () -> pong.get() != null);
    assertEquals(sent, heard.lengths);
  }

  @Test
  void aSocketOnWhichNothingIsSaidIsHungUp() throws IOException {
    int port =
        serve(
            new HttpServerOptions().setIdleTimeout(300).setIdleTimeoutUnit(TimeUnit.MILLISECONDS));
    // On the loop of the server: it finds the handshake with the connection, however slow it is.
    try (Socket raw = loop.call(() -> shakeHands(port))) {
      EventLoop.until("it is told", heard.closed::get);
      String all = new String(raw.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
      assertTrue(all.startsWith("HTTP/1.1 101 ") && all.endsWith("\r\n\r\n"), all);
    }
  }

  private static Socket shakeHands(int port) {
    try {
      Socket raw = new Socket(InetAddress.getLoopbackAddress(), port);
      raw.setSoTimeout(READ_TIMEOUT_MS);
      raw.getOutputStream().write(RawWebSocket.handshake());
      return raw;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aClientThatClosesIsAnsweredAndNothingIsSentToItAnyMore() {
    WebSocket socket = connect();
    EventLoop.result(socket.close((short) 1000, "bye"));
    EventLoop.until("it is told", heard.closed::get);
    assertEquals((short) 1000, socket.closeStatusCode());
    assertThrows(RuntimeException.class, () -> EventLoop.result(send()));
  }

  private Future<Void> send() {
    Promise<Void> sent = Promise.promise();
    onItsLoop(channel -> channel.send(bytes(1)).onComplete(sent));
    return sent.future();
  }

  @Test
  void aClientThatDoesNotAnswerItsCloseIsHungUp() throws IOException {
    try (Socket raw = shakeHands(serve())) {
      EventLoop.until("it is open", () -> served.get() != null);
      onItsLoop(channel -> channel.close(CloseCode.RESTART));
      InputStream in = raw.getInputStream();
      String all = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
      assertTrue(all.endsWith(CloseCode.RESTART.reason()), all);
      EventLoop.until("it is told", heard.closed::get);
    }
  }
}
