package io.restante.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.restante.limit.ByteBudget;
import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.restante.testing.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The public server without Redis behind it: what it does with any request at all. */
@Timeout(120)
final class EdgeVerticleTest {
  private static final int BODY_BYTES_MAX = 600_000;
  private static final int CONNECTIONS_MAX = 20;
  private static final int LARGE_BYTES = 60_000;

  /** Nothing ends by time while a test runs. */
  private static final int LONG_MS = 60_000;

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client = HttpClient.newHttpClient();
  private final PublicServerState state = new PublicServerState();
  private final ByteBudget bodies = new ByteBudget(4 * BODY_BYTES_MAX);
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicInteger largeServed = new AtomicInteger();
  private String server = "";

  @BeforeEach
  void start() throws Exception {
    start(LONG_MS, LONG_MS);
  }

  private void start(int bodyTimeoutMs, int discardMs) throws Exception {
    HttpConfig config =
        new HttpConfig(
            "127.0.0.1",
            0,
            null,
            null,
            1,
            BODY_BYTES_MAX,
            4 * BODY_BYTES_MAX,
            LARGE_BYTES,
            bodyTimeoutMs,
            discardMs,
            LONG_MS,
            CONNECTIONS_MAX,
            1_000,
            List.of());
    RouteTable routes =
        new RouteTable(
            List.of(
                new Route("GET", "/open", Access.OPEN, call -> ok(0)),
                new Route("PUT", "/open", Access.OPEN, call -> ok(call.body().length())),
                new Route("GET", "/device", Access.DEVICE, call -> ok(0)),
                new Route("GET", "/defect", Access.OPEN, call -> defect()),
                new Route("GET", "/busy", Access.OPEN, call -> busy()),
                new Route("GET", "/large", Access.OPEN, call -> large())));
    Dispatcher dispatcher =
        new Dispatcher(routes, new Nobody(), new RequestMeter(new SimpleMeterRegistry(), inFlight));
    PublicHandler handler =
        new PublicHandler(
            vertx,
            config,
            dispatcher,
            new SocketUpgrade(dispatcher, new ClosedSockets()),
            state,
            bodies,
            new UnreadAnswers(new ByteBudget(1 << 20), new SimpleMeterRegistry()));
    server =
        await(
            vertx.deployVerticle(
                new EdgeVerticle(
                    config,
                    1 << 20,
                    () -> Future.succeededFuture(handler),
                    Future::succeededFuture)));
  }

  @AfterEach
  void stop() throws Exception {
    await(vertx.close());
  }

  private static Future<Reply> ok(int bodyBytes) {
    return Future.succeededFuture(Reply.json(200, new JsonObject().put("bytes", bodyBytes)));
  }

  private static Future<Reply> defect() {
    throw new IllegalStateException("secret of the gateway");
  }

  private static Future<Reply> busy() {
    return Future.failedFuture(new GatewayException(ErrorCode.RATE_LIMITED, "slow down", 7));
  }

  private Future<Reply> large() {
    largeServed.incrementAndGet();
    return Future.succeededFuture(
        Reply.json(200, new JsonObject().put("a", "b".repeat(LARGE_BYTES))));
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + state.port() + path));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
    assertTrue(response.headers().firstValue("X-Signal-Timestamp").isPresent());
    return response;
  }

  private static void assertProblem(ErrorCode code, HttpResponse<String> response) {
    assertEquals(code.status(), response.statusCode());
    assertEquals(
        "application/problem+json", response.headers().firstValue("Content-Type").orElse(""));
    JsonObject body = new JsonObject(response.body());
    assertEquals(code.code(), body.getString("code"));
    assertEquals(code.status(), body.getInteger("status"));
    assertEquals(code.title(), body.getString("title"));
    assertTrue(body.containsKey("type") && body.containsKey("detail"));
  }

  @ParameterizedTest
  @EnumSource(HttpClient.Version.class)
  void everyVersionIsServedInClear(HttpClient.Version version) throws Exception {
    HttpResponse<String> response = send(request("/open/").version(version));
    assertEquals(200, response.statusCode());
    assertEquals(version, response.version());
  }

  @ParameterizedTest
  @EnumSource(HttpClient.Version.class)
  void bodyIsTakenAtItsLimitAndRefusedOneByteOver(HttpClient.Version version) throws Exception {
    // The first request of a connection settles the version; bodies follow on it.
    send(request("/open").version(version));
    HttpResponse<String> atLimit =
        send(put(BodyPublishers.ofByteArray(new byte[BODY_BYTES_MAX])).version(version));
    assertEquals("{\"bytes\":" + BODY_BYTES_MAX + "}", atLimit.body());
    assertProblem(
        ErrorCode.TOO_LARGE,
        send(put(BodyPublishers.ofByteArray(new byte[BODY_BYTES_MAX + 1])).version(version)));
    HttpRequest.BodyPublisher unsized =
        BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(new byte[BODY_BYTES_MAX + 1]));
    assertProblem(ErrorCode.TOO_LARGE, send(put(unsized).version(version)));
    assertEquals(200, send(request("/open").version(version)).statusCode());
  }

  private HttpRequest.Builder put(HttpRequest.BodyPublisher body) {
    return request("/open").header("Content-Type", "application/json").PUT(body);
  }

  @Test
  void otherMediaTypesAre415AndParametersOfTheRightOneAreFine() throws Exception {
    HttpRequest.Builder xml =
        request("/open").header("Content-Type", "text/xml").PUT(BodyPublishers.ofString("<a/>"));
    assertProblem(ErrorCode.UNSUPPORTED_MEDIA_TYPE, send(xml));
    HttpRequest.Builder json =
        request("/open")
            .header("Content-Type", "application/json; charset=utf-8")
            .PUT(BodyPublishers.ofString("{}"));
    assertEquals(200, send(json).statusCode());
  }

  @Test
  void unknownPathMethodAndCallerAreToldApart() throws Exception {
    assertProblem(ErrorCode.NO_SUCH_ROUTE, send(request("/nowhere")));
    HttpResponse<String> wrongMethod = send(request("/open").DELETE());
    assertProblem(ErrorCode.METHOD_NOT_ALLOWED, wrongMethod);
    assertEquals("GET, PUT", wrongMethod.headers().firstValue("Allow").orElse(""));
    assertProblem(ErrorCode.UNAUTHENTICATED, send(request("/device")));
    assertProblem(
        ErrorCode.UNAUTHENTICATED,
        send(request("/device").header("Authorization", "Basic bm9ib2R5OnNlY3JldHNlY3JldA==")));
    String brokenQuery = raw(RawSockets.head("GET /open?a=%2 HTTP/1.1", "Connection: close"));
    assertTrue(brokenQuery.contains(ErrorCode.MALFORMED_QUERY.code()), brokenQuery);
  }

  @Test
  void refusalSaysWhenToTryAgain() throws Exception {
    HttpResponse<String> response = send(request("/busy"));
    assertProblem(ErrorCode.RATE_LIMITED, response);
    assertEquals("7", response.headers().firstValue("Retry-After").orElse(""));
  }

  @Test
  void defectTellsNothingOfItself() throws Exception {
    HttpResponse<String> response = send(request("/defect"));
    assertProblem(ErrorCode.INTERNAL, response);
    assertFalse(response.body().contains("secret"));
  }

  @Test
  void whatIsNotHttpIsRefusedAndHungUp() throws Exception {
    String nonsense = raw("\u0001\u0002\u0003\r\n\r\n");
    assertTrue(nonsense.contains(" 400 "), nonsense);
    String longLine = RawSockets.head("GET /" + "a".repeat(10_000) + " HTTP/1.1");
    assertTrue(raw(longLine).contains(" 413 "));
    String longHeader = RawSockets.head("GET / HTTP/1.1", "X: " + "a".repeat(20_000));
    assertTrue(raw(longHeader).contains(" 413 "));
  }

  @Test
  void bodyThatNeverEndsIsToldSoAndHungUp() throws Exception {
    await(vertx.undeploy(server));
    start(500, 500);
    String slow =
        RawSockets.head(
                "PUT /open HTTP/1.1", "Content-Type: application/json", "Content-Length: 10")
            + '{';
    String answer = raw(slow);
    assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
    assertTrue(answer.contains(ErrorCode.INCOMPLETE_BODY.code()), answer);
  }

  @Test
  void strangersBodiesHaveTheirPartOfTheMemoryAndNoMore() throws Exception {
    try (RawSockets open = new RawSockets(state.port())) {
      open.hold(BODY_BYTES_MAX);
      open.hold(BODY_BYTES_MAX);
      EventLoop.until("held", () -> bodies.held() == 2 * (BODY_BYTES_MAX - 1));
      assertProblem(ErrorCode.OVERLOADED, put(LARGE_BYTES));
      assertEquals(200, put(HeldBody.SMALL_BYTES).statusCode());
    }
    EventLoop.until("let go of", () -> bodies.held() == 0);
    assertEquals(200, put(LARGE_BYTES).statusCode());
    assertEquals(0, bodies.held());
  }

  private HttpResponse<String> put(int bytes) throws Exception {
    return send(request("/open").PUT(HttpRequest.BodyPublishers.ofByteArray(new byte[bytes])));
  }

  @Test
  void wrongCredentialsOfASocketAre403() throws Exception {
    String upgrade =
        RawSockets.head(
            "GET /v1/websocket/?login=%2B49&password=wrong HTTP/1.1",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
    String answer = raw(upgrade, RawSockets.head("GET /open HTTP/1.1", "Connection: close"));
    assertTrue(answer.startsWith("HTTP/1.1 403 "), answer);
    assertTrue(answer.contains(ErrorCode.WRONG_CREDENTIALS.code()), answer);
  }

  @Test
  void aQueryOfASocketThatIsNoneIsToldAsSuch() throws Exception {
    String upgrade =
        RawSockets.head(
            "GET /v1/websocket/?login=%zz&password=x HTTP/1.1",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
    String answer = raw(upgrade, RawSockets.head("GET /open HTTP/1.1", "Connection: close"));
    assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
    assertTrue(answer.contains(ErrorCode.MALFORMED_QUERY.code()), answer);
  }

  @Test
  void connectionsOverTheLimitAreClosedAtOnce() throws Exception {
    try (RawSockets open = new RawSockets(state.port())) {
      for (int i = 0; i < CONNECTIONS_MAX; i++) {
        assertTrue(open.answers());
      }
      assertFalse(open.answers());
    }
  }

  @Test
  void aSocketThatHasEndedIsNoConnectionAnyMore() throws Exception {
    String upgrade =
        RawSockets.head(
            "GET /v1/websocket/ HTTP/1.1",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
    for (int i = 0; i < CONNECTIONS_MAX; i++) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), state.port())) {
        socket.getOutputStream().write(upgrade.getBytes(StandardCharsets.US_ASCII));
        byte[] status = socket.getInputStream().readNBytes(12);
        assertEquals("HTTP/1.1 101", new String(status, StandardCharsets.US_ASCII));
      }
    }
    EventLoop.until("no connection is open", () -> state.connections() == 0);
    try (RawSockets open = new RawSockets(state.port())) {
      assertTrue(open.answers());
    }
  }

  @Test
  void whoReadsNoAnswersGetsNoMoreOfThemUntilHeDoes() throws Exception {
    int count = 1_000;
    try (Socket socket = new Socket()) {
      socket.setReceiveBufferSize(4_096);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), state.port()));
      String requests =
          RawSockets.head("GET /large HTTP/1.1").repeat(count - 1)
              + RawSockets.head("GET /large HTTP/1.1", "Connection: close");
      // Beside the test: however little the kernel holds of what the server does not read.
      CompletableFuture<Void> written = CompletableFuture.runAsync(() -> write(socket, requests));
      EventLoop.until("the first is served", () -> largeServed.get() > 0);
      int served = 0;
      for (int still = 0; still < 50; still++) {
        // The one event loop has time for others, and none of it goes to these any more.
        send(request("/open"));
        still = served == largeServed.get() ? still : 0;
        served = largeServed.get();
      }
      assertTrue(served < count / 2, served + " of " + count + " answers wait in memory");
      long bytes = socket.getInputStream().readAllBytes().length;
      assertTrue(bytes > (long) count * LARGE_BYTES, bytes + " bytes");
      assertEquals(count, largeServed.get());
      written.join();
    }
  }

  private static void write(Socket socket, String text) {
    try {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void drainingServerRefusesAndSaysSo() throws Exception {
    state.drain();
    assertProblem(ErrorCode.DRAINING, send(request("/open")));
  }

  @Test
  void nothingStaysInFlight() throws Exception {
    unknownPathMethodAndCallerAreToldApart();
    defectTellsNothingOfItself();
    assertEquals(0, inFlight.get());
  }

  /** Sends bytes and reads until the server hangs up. */
  private String raw(String... requests) throws IOException {
    try (RawSockets sockets = new RawSockets(state.port())) {
      return sockets.ask(requests);
    }
  }
}
