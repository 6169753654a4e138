package io.restante.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.restante.limit.ByteBudget;
import io.restante.telemetry.Metric;
import io.restante.testing.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.StreamResetException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients over HTTP that ask for large answers and do not read them. */
@Timeout(60)
final class UnreadAnswersTest {
  /** More than the kernel takes of it for a client that does not read. */
  private static final int HUGE_BYTES = 16 * 1024 * 1024;

  private static final int LARGE_BYTES = 60_000;
  private static final int LONG_MS = 60_000;

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client = HttpClient.newHttpClient();
  private final PublicServerState state = new PublicServerState();
  private final ByteBudget answers = new ByteBudget(HUGE_BYTES + LARGE_BYTES);
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  @BeforeEach
  void start() {
    HttpConfig config =
        new HttpConfig(
            "127.0.0.1",
            0,
            null,
            null,
            1,
            100,
            200,
            HUGE_BYTES,
            LONG_MS,
            LONG_MS,
            LONG_MS,
            100,
            1_000,
            List.of());
    RouteTable routes =
        new RouteTable(
            List.of(
                new Route("GET", "/open", Access.OPEN, call -> answer(1)),
                new Route("GET", "/large", Access.OPEN, call -> answer(LARGE_BYTES)),
                new Route("GET", "/huge", Access.OPEN, call -> answer(HUGE_BYTES)),
                new Route("GET", "/immense", Access.OPEN, call -> answer(2 * HUGE_BYTES))));
    Dispatcher dispatcher =
        new Dispatcher(
            routes, new Nobody(), new RequestMeter(new SimpleMeterRegistry(), new AtomicInteger()));
    PublicHandler handler =
        new PublicHandler(
            vertx,
            config,
            dispatcher,
            new SocketUpgrade(dispatcher, new ClosedSockets()),
            state,
            new ByteBudget(200),
            new UnreadAnswers(answers, meters));
    EventLoop.result(
        vertx.deployVerticle(
            new EdgeVerticle(
                config, 1 << 20, () -> Future.succeededFuture(handler), Future::succeededFuture)));
  }

  @AfterEach
  void stop() {
    EventLoop.result(vertx.close());
  }

  private static Future<Reply> answer(int bytes) {
    return Future.succeededFuture(Reply.json(200, Buffer.buffer(new byte[bytes])));
  }

  private int status(String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + state.port() + path);
    return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding()).statusCode();
  }

  private double cutOff() {
    return meters.get(Metric.ANSWERS_CUT_OFF.meterName()).counter().count();
  }

  @Test
  void whoLeavesAnAnswerUnreadForTheLongestMakesRoomForOthers() throws Exception {
    try (RawSockets sockets = new RawSockets(state.port())) {
      InputStream first = sockets.send(RawSockets.head("GET /huge HTTP/1.1"));
      EventLoop.until("one is unread", () -> answers.held() == HUGE_BYTES);
      assertEquals(200, status("/large"));
      EventLoop.until("it is read", () -> answers.held() == HUGE_BYTES);
      assertEquals(0, cutOff());
      InputStream second = sockets.send(RawSockets.head("GET /huge HTTP/1.1"));
      EventLoop.until("the first is cut off", () -> cutOff() == 1);
      assertEquals(HUGE_BYTES, answers.held());
      assertTrue(RawSockets.rest(first).size() < HUGE_BYTES);
      second.skipNBytes(HUGE_BYTES);
      EventLoop.until("the second is read", () -> answers.held() == 0);
    }
    assertEquals(1, cutOff());
  }

  @Test
  void overHttp2OnlyTheStreamIsCutOff() throws Exception {
    HttpClientAgent http2 =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false)
                .setDefaultPort(state.port()));
    Promise<Void> reset = Promise.promise();
    Future<HttpClientResponse> unread =
        http2
            .request(HttpMethod.GET, "/huge")
            .compose(HttpClientRequest::send)
            .onSuccess(response -> response.pause().exceptionHandler(reset::tryFail));
    HttpClientResponse first = EventLoop.result(unread);
    EventLoop.until("it is unread", () -> answers.held() == HUGE_BYTES);
    try (RawSockets sockets = new RawSockets(state.port())) {
      InputStream second = sockets.send(RawSockets.head("GET /huge HTTP/1.1"));
      assertThrows(StreamResetException.class, () -> EventLoop.result(reset.future()));
      second.skipNBytes(HUGE_BYTES);
    }
    Future<HttpClientResponse> next =
        http2.request(HttpMethod.GET, "/open").compose(HttpClientRequest::send);
    assertEquals(200, EventLoop.result(next).statusCode());
    assertSame(first.request().connection(), EventLoop.result(next).request().connection());
    assertEquals(1, cutOff());
  }

  @Test
  void anAnswerThatIsTooMuchAloneGoesOut() throws Exception {
    assertEquals(200, status("/immense"));
    EventLoop.until("it is read", () -> answers.held() == 0);
    assertEquals(0, cutOff());
  }

  @Test
  void anAnswerThatWaitsForTheOneBeforeItIsCountedAndGivenBackToo() throws Exception {
    try (RawSockets sockets = new RawSockets(state.port())) {
      String large = RawSockets.head("GET /large HTTP/1.1");
      sockets.send(RawSockets.head("GET /huge HTTP/1.1") + large);
      EventLoop.until("both are unread", () -> answers.held() == HUGE_BYTES + LARGE_BYTES);
    }
    EventLoop.until("they are gone", () -> answers.held() == 0);
  }
}
