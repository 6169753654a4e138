package io.restante.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.restante.limit.ByteBudget;
import io.restante.protocol.Frame;
import io.restante.protocol.FrameCodec;
import io.restante.testing.EventLoop;
import io.restante.testing.RawWebSocket;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Frames on a real WebSocket. */
class FrameSocketTest {
  private static final int REQUESTS_MAX = 8;
  private static final int MESSAGE_BYTES_MAX = 1_000;
  private static final int ANSWER_BYTES_MAX = 100_000;

  /** What each end's socket holds at most, twice over in the kernel's own count. */
  private static final int SOCKET_BYTES = 64 * 1024;

  /** Far more than the two ends' sockets hold. */
  private static final int UNREAD_BYTES = 4 * 1024 * 1024;

  private static final int READ_TIMEOUT_MS = 10_000;

  /** A message in one frame. */
  private static final int BINARY = 0x82;

  private final EventLoop loop = new EventLoop();
  // It closes its sockets when nothing refers to it any more.
  private final WebSocketClient client = loop.vertx().createWebSocketClient();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final AtomicReference<@Nullable Served> served = new AtomicReference<>();
  private final List<Promise<Buffer>> asked = new CopyOnWriteArrayList<>();
  private final Promise<Boolean> fullAtItsEnd = Promise.promise();

  /** The server's end, and the context on which it is used. */
  private record Served(FrameSocket frames, Context context) {}

  @AfterEach
  void close() {
    loop.close();
  }

  private WebSocket connect() {
    WebSocketConnectOptions to =
        new WebSocketConnectOptions().setHost("127.0.0.1").setURI("/").setPort(serve());
    return EventLoop.result(client.connect(to));
  }

  private int serve() {
    HttpServer server =
        loop.vertx().createHttpServer(new HttpServerOptions().setSendBufferSize(SOCKET_BYTES));
    server.webSocketHandler(
        socket -> {
          FrameSocket frames = frames(socket);
          served.set(new Served(frames, Vertx.currentContext()));
          frames.open(response -> {}, () -> {}, () -> tellWhetherFull(frames));
        });
    return EventLoop.result(server.listen(0, "127.0.0.1")).actualPort();
  }

  private void tellWhetherFull(FrameSocket frames) {
    try {
      fullAtItsEnd.complete(frames.isFull());
    } catch (RuntimeException e) {
      fullAtItsEnd.fail(e);
    }
  }

  /** Its requests are answered with what the test completes them with. */
  private FrameSocket frames(ServerWebSocket socket) {
    return new FrameSocket(
        WebSocketChannel.of(
            socket,
            Vertx.currentContext(),
            new BudgetedFrames.Limits(new ByteBudget(1_000_000), true, MESSAGE_BYTES_MAX, 20_000)),
        (request, caller, address) -> {
          Promise<Buffer> answer = Promise.promise();
          asked.add(answer);
          return answer
              .future()
              .map(body -> new Frame.Response(request.id(), 200, "OK", List.of(), body));
        },
        null,
        "127.0.0.1",
        new SessionConfig(1, 1, 1, 1, 1, 512 * 1024, 1, 1, REQUESTS_MAX, ANSWER_BYTES_MAX, 1),
        new SessionMeters(meters));
  }

  private static Buffer request(int id) {
    return FrameCodec.encode(new Frame.Request(id, "GET", "/v1/keepalive", List.of(), null));
  }

  private static void ask(WebSocket socket, int id) {
    socket.writeBinaryMessage(request(id));
  }

  private static void ask(Socket raw, int id) throws IOException {
    raw.getOutputStream().write(RawWebSocket.frame(BINARY, request(id).getBytes()));
  }

  /** One that reads nothing by itself. */
  private Socket connectRaw() throws IOException {
    Socket raw = new Socket();
    raw.setReceiveBufferSize(SOCKET_BYTES);
    raw.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), serve()));
    raw.getOutputStream().write(RawWebSocket.handshake());
    EventLoop.until("it is open", () -> served.get() != null);
    return raw;
  }

  private void awaitAsked(int count) {
    EventLoop.until(count + " are asked", () -> asked.size() == count);
  }

  private void onItsLoop(Consumer<FrameSocket> step) {
    Served its = Objects.requireNonNull(served.get());
    Promise<Void> done = Promise.promise();
    its.context()
        .runOnContext(
            now -> {
              step.accept(its.frames());
              done.complete();
            });
    EventLoop.result(done.future());
  }

  private void answer(int request, int bytes) {
    onItsLoop(frames -> asked.get(request).complete(Buffer.buffer(new byte[bytes])));
  }

  private void awaitCounted(String code) {
    EventLoop.until(
        "it is counted as " + code,
        () -> {
          Counter counter = meters.find("restante.sockets.closed").tag("code", code).counter();
          return counter != null && counter.count() == 1;
        });
    assertEquals(1, meters.find("restante.sockets.closed").counters().size());
  }

  @Test
  void aSocketThatItsClientClosedIsNotFull() {
    EventLoop.result(connect().close());
    assertFalse(EventLoop.result(fullAtItsEnd.future()));
    awaitCounted("1000");
  }

  @Test
  void aSocketIsCountedOnceByTheCodeOfWhoeverClosedIt() {
    connect();
    onItsLoop(frames -> frames.close(CloseCode.RESTART));
    onItsLoop(frames -> frames.close(CloseCode.REVOKED));
    awaitCounted("1012");
  }

  @Test
  void aCodeThatNobodyKnowsIsCountedAsOther() {
    connect().close((short) 4999, "x");
    awaitCounted("other");
  }

  @Test
  void aConnectionThatIsLostIsCountedAsAbnormal() throws IOException {
    connectRaw().close();
    awaitCounted("abnormal");
  }

  @Test
  void messagesThatDoNotBecomeWholeAreCountedByWhatEndsThem() {
    WebSocket socket = connect();
    EventLoop.until("it is open", () -> served.get() != null);
    onItsLoop(frames -> frames.onUnreadable(CloseCode.TOO_SLOW));
    onItsLoop(frames -> frames.onUnreadable(CloseCode.TRY_LATER));
    EventLoop.until("it is closed", socket::isClosed);
    assertEquals(CloseCode.TOO_SLOW.code(), socket.closeStatusCode());
    assertEquals(1, givenUp("time"));
    assertEquals(0, givenUp("budget"));
    awaitCounted("1008");
  }

  private double givenUp(String reason) {
    return meters.get("restante.messages.given.up").tag("reason", reason).counter().count();
  }

  @Test
  void noMoreRequestsAreReadWhileTooManyBytesOfAnswersAreUnread() throws IOException {
    try (Socket raw = connectRaw()) {
      ask(raw, 1);
      awaitAsked(1);
      answer(0, UNREAD_BYTES);
      ask(raw, 2);
      // Whatever is read would be, in a turn of its loop.
      for (int turn = 0; turn < 100; turn++) {
        onItsLoop(frames -> {});
      }
      assertEquals(1, asked.size());
      raw.setSoTimeout(READ_TIMEOUT_MS);
      raw.getInputStream().skipNBytes(UNREAD_BYTES);
      awaitAsked(2);
    }
  }

  @Test
  void requestsUnderWayAreAnsweredBeforeItClosesAndNoneIsTakenMeanwhile() {
    WebSocket socket = connect();
    List<Buffer> got = new CopyOnWriteArrayList<>();
    socket.binaryMessageHandler(got::add);
    ask(socket, 1);
    ask(socket, 2);
    awaitAsked(2);
    onItsLoop(frames -> assertTrue(frames.closeAnswered(CloseCode.REVOKED)));
    ask(socket, 3);
    answer(0, 10);
    EventLoop.until("the first is answered", () -> got.size() == 1);
    assertFalse(socket.isClosed());
    answer(1, 10);
    EventLoop.until("it is closed", socket::isClosed);
    assertEquals(CloseCode.REVOKED.code(), socket.closeStatusCode());
    assertEquals(2, got.size());
    assertEquals(2, asked.size());
    awaitCounted("4401");
  }

  @Test
  void withoutARequestUnderWayItClosesAtOnce() {
    WebSocket socket = connect();
    onItsLoop(frames -> assertFalse(frames.closeAnswered(CloseCode.REVOKED)));
    EventLoop.until("it is closed", socket::isClosed);
    assertEquals(CloseCode.REVOKED.code(), socket.closeStatusCode());
  }

  @Test
  void anAnswerThatTakesTooLongIsNotAwaited() {
    WebSocket socket = connect();
    ask(socket, 1);
    awaitAsked(1);
    onItsLoop(frames -> frames.closeAnswered(CloseCode.REVOKED));
    onItsLoop(frames -> frames.close(CloseCode.REVOKED));
    EventLoop.until("it is closed", socket::isClosed);
    assertEquals(CloseCode.REVOKED.code(), socket.closeStatusCode());
    answer(0, 10);
    awaitCounted("4401");
  }
}
