package io.restante.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.limit.ByteBudget;
import io.restante.testing.ClientFrame;
import io.restante.testing.EventLoop;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real sockets whose messages do not become whole, and what is held of them. */
@Timeout(60)
final class BudgetedFramesTest {
  private static final int MESSAGE_BYTES_MAX = 1024 * 1024;

  /** So small that one read brings it, whatever came before it. */
  private static final int FRAGMENT_BYTES = 400;

  private static final int HELD_OF_FRAGMENT = FRAGMENT_BYTES + BudgetedFrames.FRAME_BYTES;
  private static final int FRAGMENTS_OF_STRANGERS = 20;
  private static final int BUDGET_BYTES = 2 * FRAGMENTS_OF_STRANGERS * HELD_OF_FRAGMENT;
  private static final int LARGE_BUDGET_BYTES = 64 * 1024 * 1024;

  /** The length of a message on which the server pauses. */
  private static final int PAUSES = 7;

  private static final int LONG_MS = 60_000;
  private static final int SHORT_MS = 1_000;
  private static final int READ_TIMEOUT_MS = 20_000;

  private static final int FIRST = 0x02;
  private static final int NEXT = 0x00;
  private static final int LAST = 0x80;
  private static final int WHOLE = 0x82;
  private static final int PING = 0x89;
  private static final int PONG = 0x8a;
  private static final int CLOSE = 0x88;
  private static final int RESERVED = 0x83;

  private static final String HANDSHAKE =
      String.join(
          "\r\n",
          "GET / HTTP/1.1",
          "Host: a",
          "Connection: Upgrade",
          "Upgrade: websocket",
          "Sec-WebSocket-Version: 13",
          "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
          "\r\n");

  private final EventLoop loop = new EventLoop();
  private final List<Served> sockets = new CopyOnWriteArrayList<>();
  private final AtomicReference<@Nullable Throwable> uncaught = new AtomicReference<>();
  private ByteBudget budget = new ByteBudget(BUDGET_BYTES);
  private int timeoutMs = LONG_MS;
  private boolean stranger = true;

  /** The server's end of one; it closes where it is told to. */
  private static final class Served implements WebSocketChannel.Listener {
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
  private static final class Client implements AutoCloseable {
    final Socket socket;
    final DataInputStream in;

    Client(Socket socket) throws IOException {
      this.socket = socket;
      this.in = new DataInputStream(socket.getInputStream());
    }

    void send(int firstByte, int bytes) throws IOException {
      send(ClientFrame.of(firstByte, new byte[bytes]));
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

  @AfterEach
  void close() {
    loop.close();
    assertEquals(null, uncaught.get());
    assertEquals(0, budget.held());
  }

  private int serve() {
    loop.vertx().exceptionHandler(uncaught::set);
    HttpServer server =
        loop.vertx()
            .createHttpServer(
                new HttpServerOptions().setMaxWebSocketFrameSize(2 * MESSAGE_BYTES_MAX))
            .webSocketHandler(
                socket -> {
                  Context context = Vertx.currentContext();
                  Served served =
                      new Served(
                          WebSocketChannel.of(
                              socket,
                              context,
                              new BudgetedFrames.Limits(
                                  budget, stranger, MESSAGE_BYTES_MAX, timeoutMs)),
                          context);
                  sockets.add(served);
                  served.channel.open(served);
                });
    return EventLoop.result(server.listen(0, "127.0.0.1")).actualPort();
  }

  private static Client connect(int port) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(READ_TIMEOUT_MS);
    Client client = new Client(socket);
    client.send(HANDSHAKE.getBytes(StandardCharsets.US_ASCII));
    String head = "";
    while (!head.endsWith("\r\n\r\n")) {
      head += (char) client.in.readUnsignedByte();
    }
    assertTrue(head.startsWith("HTTP/1.1 101"), head);
    return client;
  }

  private Served served(int index) {
    EventLoop.until("it is open", () -> sockets.size() > index);
    return sockets.get(index);
  }

  private static void sendFragments(Client client, int count) throws IOException {
    client.send(FIRST, FRAGMENT_BYTES);
    client.settle();
    for (int i = 1; i < count; i++) {
      client.send(NEXT, FRAGMENT_BYTES);
      client.settle();
    }
  }

  private void awaitHeld(long bytes) {
    EventLoop.until(bytes + " bytes are held", () -> budget.held() == bytes);
  }

  @Test
  void strangersHaveHalfOfItToTheByteAndWhoGoesOverIsClosedAndAllOfItGivenBack()
      throws IOException {
    try (Client client = connect(serve())) {
      sendFragments(client, FRAGMENTS_OF_STRANGERS);
      awaitHeld(BUDGET_BYTES / 2);
      client.send(NEXT, 1);
      client.assertClosedWith(CloseCode.TRY_LATER);
      awaitHeld(0);
      assertEquals(List.of(CloseCode.TRY_LATER), served(0).unreadable);
      // What the client goes on to send is thrown away, and it is hung up on in the end.
      client.send(LAST, MESSAGE_BYTES_MAX / 2);
      client.send(WHOLE, 1);
      assertEquals(-1, client.in.read());
      assertEquals(List.of(), served(0).lengths);
    }
  }

  @Test
  void withCredentialsItIsAllOfIt() throws IOException {
    stranger = false;
    try (Client client = connect(serve())) {
      sendFragments(client, 2 * FRAGMENTS_OF_STRANGERS);
      awaitHeld(BUDGET_BYTES);
      client.send(NEXT, 1);
      client.assertClosedWith(CloseCode.TRY_LATER);
      awaitHeld(0);
    }
  }

  @Test
  void aMessageThatIsHandedOnGivesItBackAndTheNextOneBeginsAnew() throws IOException {
    try (Client client = connect(serve())) {
      for (int message = 1; message <= 3; message++) {
        sendFragments(client, FRAGMENTS_OF_STRANGERS);
        awaitHeld(BUDGET_BYTES / 2);
        client.send(LAST, 0);
        awaitHeld(0);
        assertEquals(message, served(0).lengths.size());
      }
      assertEquals(FRAGMENTS_OF_STRANGERS * FRAGMENT_BYTES, served(0).lengths.get(2));
    }
  }

  @Test
  void itIsGivenBackHoweverTheSocketEnds() throws IOException {
    int port = serve();
    Client rude = connect(port);
    sendFragments(rude, FRAGMENTS_OF_STRANGERS);
    rude.close();
    awaitHeld(0);
    Client reset = connect(port);
    sendFragments(reset, FRAGMENTS_OF_STRANGERS);
    reset.socket.setSoLinger(true, 0);
    reset.close();
    awaitHeld(0);
    try (Client polite = connect(port)) {
      sendFragments(polite, FRAGMENTS_OF_STRANGERS);
      polite.send(CLOSE, 0);
      awaitHeld(0);
    }
    try (Client told = connect(port)) {
      sendFragments(told, FRAGMENTS_OF_STRANGERS);
      served(3).onItsLoop(channel -> channel.close(CloseCode.RESTART));
      told.assertClosedWith(CloseCode.RESTART);
      told.send(CLOSE, 0);
      awaitHeld(0);
    }
    EventLoop.until("all are told", () -> sockets.stream().allMatch(each -> each.closed.get()));
  }

  @Test
  void aBrokenFrameGivesItBack() throws IOException {
    try (Client client = connect(serve())) {
      sendFragments(client, FRAGMENTS_OF_STRANGERS);
      client.send(RESERVED, 1);
      client.assertClosedWith(CloseCode.MALFORMED);
      awaitHeld(0);
    }
  }

  @Test
  void aMessageThatIsTooBigGivesItBack() throws IOException {
    budget = new ByteBudget(LARGE_BUDGET_BYTES);
    try (Client client = connect(serve())) {
      client.send(FIRST, MESSAGE_BYTES_MAX);
      EventLoop.until("it is held", () -> budget.held() >= MESSAGE_BYTES_MAX);
      client.send(NEXT, 1);
      client.assertClosedWith(CloseCode.TOO_BIG);
      awaitHeld(0);
    }
  }

  @Test
  void aFrameThatIsNotWholeIsHeldInTheMemoryThatItTakes() throws IOException {
    budget = new ByteBudget(LARGE_BUDGET_BYTES);
    byte[] frame = ClientFrame.of(WHOLE, new byte[MESSAGE_BYTES_MAX]);
    try (Client client = connect(serve())) {
      client.send(Arrays.copyOf(frame, frame.length - 1));
      EventLoop.until("it is held", () -> budget.held() >= frame.length - 1);
      assertTrue(budget.held() <= 2 * frame.length, () -> "held: " + budget.held());
      client.send(new byte[1]);
      awaitHeld(0);
      assertEquals(List.of(MESSAGE_BYTES_MAX), served(0).lengths);
    }
  }

  @Test
  void aFrameThatDoesNotFitIsReadNoFurther() throws IOException {
    budget = new ByteBudget(MESSAGE_BYTES_MAX);
    try (Client client = connect(serve())) {
      client.send(WHOLE, MESSAGE_BYTES_MAX - 1);
      client.assertClosedWith(CloseCode.TRY_LATER);
      awaitHeld(0);
    }
  }

  @Test
  void theMemoryOfALargeMessageIsHeldWhileSomethingOfTheNextIsInIt() throws IOException {
    budget = new ByteBudget(LARGE_BUDGET_BYTES);
    byte[] next = ClientFrame.of(WHOLE, new byte[2]);
    int head = next.length - 1;
    try (Client client = connect(serve())) {
      ByteArrayOutputStream both = new ByteArrayOutputStream();
      both.writeBytes(ClientFrame.of(WHOLE, new byte[MESSAGE_BYTES_MAX]));
      both.write(next, 0, head);
      byte[] sent = both.toByteArray();
      int almost = sent.length - head - 1;
      client.send(Arrays.copyOf(sent, almost));
      EventLoop.until("it is held", () -> budget.held() >= almost);
      client.send(Arrays.copyOfRange(sent, almost, sent.length));
      EventLoop.until("it is handed on", () -> served(0).lengths.size() == 1);
      served(0).onItsLoop(channel -> {});
      assertTrue(budget.held() >= MESSAGE_BYTES_MAX, () -> "held: " + budget.held());
      client.send(Arrays.copyOfRange(next, head, next.length));
      awaitHeld(0);
      assertEquals(List.of(MESSAGE_BYTES_MAX, 2), served(0).lengths);
    }
  }

  @Test
  void smallMessagesAndThoseWithCredentialsGoOnWhileStrangersHaveTakenTheirHalf()
      throws IOException {
    int port = serve();
    try (Client full = connect(port);
        Client small = connect(port)) {
      sendFragments(full, FRAGMENTS_OF_STRANGERS);
      small.send(WHOLE, 1_000);
      // One whose bytes come in two parts.
      byte[] parts = ClientFrame.of(WHOLE, new byte[1_000]);
      small.send(Arrays.copyOf(parts, 500));
      small.send(Arrays.copyOfRange(parts, 500, parts.length));
      EventLoop.until("they have come", () -> served(1).lengths.size() == 2);
      stranger = false;
      try (Client named = connect(port)) {
        sendFragments(named, FRAGMENTS_OF_STRANGERS);
        named.send(LAST, 0);
        EventLoop.until("it has come", () -> served(2).lengths.size() == 1);
      }
    }
    awaitHeld(0);
  }

  @Test
  void whatWaitsWhileASocketIsPausedIsHeldAndPingsBetweenFragmentsAreNoWayRoundIt()
      throws IOException {
    try (Client client = connect(serve())) {
      Served served = served(0);
      // Netty reads a message to its end all the same, and whatever comes between.
      ByteArrayOutputStream both = new ByteArrayOutputStream();
      both.writeBytes(ClientFrame.of(WHOLE, new byte[PAUSES]));
      both.writeBytes(ClientFrame.of(FIRST, new byte[FRAGMENT_BYTES]));
      client.send(both.toByteArray());
      EventLoop.until("it is paused", () -> served.lengths.size() == 1);
      sendPings(client, FRAGMENTS_OF_STRANGERS);
      awaitHeld(HELD_OF_FRAGMENT + (long) FRAGMENTS_OF_STRANGERS * BudgetedFrames.FRAME_BYTES);
      served.onItsLoop(WebSocketChannel::resume);
      for (int i = 0; i < FRAGMENTS_OF_STRANGERS; i++) {
        assertEquals((byte) PONG, client.read().getByte(0));
      }
      awaitHeld(0);
      client.send(LAST, 0);
      client.send(both.toByteArray());
      EventLoop.until("it is paused again", () -> served.lengths.size() == 3);
      sendPings(client, BUDGET_BYTES / 2 / BudgetedFrames.FRAME_BYTES);
      EventLoop.until("it is closed", () -> served.unreadable.size() == 1);
      assertEquals(List.of(CloseCode.TRY_LATER), served.unreadable);
      awaitHeld(0);
    }
  }

  private static void sendPings(Client client, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      client.send(PING, 0);
    }
  }

  @Test
  void aMessageThatIsNotWholeInTimeEndsItHoweverLivelyItIs() throws IOException {
    timeoutMs = SHORT_MS;
    try (Client client = connect(serve())) {
      sendFragments(client, FRAGMENTS_OF_STRANGERS);
      long from = System.nanoTime();
      Buffer frame = Buffer.buffer();
      while (frame.length() == 0 || frame.getByte(0) == (byte) PONG) {
        client.send(PING, 0);
        frame = client.read();
      }
      assertEquals((byte) CLOSE, frame.getByte(0));
      assertEquals(CloseCode.TOO_SLOW.code(), frame.getShort(1));
      long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - from);
      assertTrue(tookMs >= SHORT_MS / 2, () -> "took ms: " + tookMs);
      awaitHeld(0);
    }
  }

  @Test
  void messagesThatEachBecomeWholeInTimeMayFollowEachOtherForAsLongAsTheyLike()
      throws IOException {
    budget = new ByteBudget(LARGE_BUDGET_BYTES);
    timeoutMs = SHORT_MS;
    byte[] frame = ClientFrame.of(WHOLE, new byte[20_000]);
    // The end of one and the beginning of the next in one go: there is always something held.
    byte[] across = new byte[frame.length];
    System.arraycopy(frame, 10_000, across, 0, frame.length - 10_000);
    System.arraycopy(frame, 0, across, frame.length - 10_000, 10_000);
    try (Client client = connect(serve())) {
      client.send(Arrays.copyOf(frame, 10_000));
      long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(3 * SHORT_MS);
      int sent = 0;
      while (System.nanoTime() < end) {
        client.send(across);
        int count = ++sent;
        EventLoop.until("it has come", () -> served(0).lengths.size() == count);
      }
      assertEquals(List.of(), served(0).unreadable);
    }
    awaitHeld(0);
  }
}
