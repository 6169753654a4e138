package io.restante.push;

import static io.restante.testing.EventLoop.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.push.BoundedHttp.Answer;
import io.restante.push.BoundedHttp.Unanswered;
import io.restante.testing.EventLoop;
import io.restante.testing.TlsFiles;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Posts to servers that are slow, talk too much or end, over HTTP/1.1 and HTTP/2. */
class BoundedHttpTest {
  /** Of those that are answered: no machine is that slow. */
  private static final int TIMEOUT_MS = 15_000;

  /** Of those that are not. */
  private static final int SHORT_TIMEOUT_MS = 300;

  private static final int CONNECTIONS_MAX = 2;

  @TempDir private static Path folder = Path.of(".");

  @SuppressWarnings("NullAway.Init") // By make().
  private static TlsFiles files;

  private final EventLoop loop = new EventLoop();
  private final List<String> versions = new CopyOnWriteArrayList<>();
  private final List<String> connections = new CopyOnWriteArrayList<>();
  private final AtomicInteger bytesWritten = new AtomicInteger();
  private String url = "";
  private HttpClientOptions options = new HttpClientOptions();

  @BeforeAll
  static void make() {
    files = TlsFiles.make(folder);
  }

  @AfterEach
  void close() {
    loop.close();
  }

  private BoundedHttp server(
      HttpServerOptions server, int timeoutMs, Consumer<HttpServerRequest> answer) {
    listen(server, answer);
    return new BoundedHttp(
        loop.vertx(), timeoutMs, CONNECTIONS_MAX, options, Alarm.of(loop.vertx()));
  }

  private void listen(HttpServerOptions server, Consumer<HttpServerRequest> answer) {
    HttpServer listening =
        loop.await(
            () ->
                loop.vertx()
                    .createHttpServer(server)
                    .requestHandler(
                        request -> {
                          versions.add(String.valueOf(request.version()));
                          connections.add(String.valueOf(request.remoteAddress()));
                          answer.accept(request);
                        })
                    .listen(0, "127.0.0.1"));
    url =
        (server.isSsl() ? "https" : "http")
            + "://127.0.0.1:"
            + listening.actualPort()
            + "/with-a-secret";
  }

  private BoundedHttp plain(Consumer<HttpServerRequest> answer) {
    return server(new HttpServerOptions(), TIMEOUT_MS, answer);
  }

  /** One that is not answered. */
  private BoundedHttp soonGivenUp(Consumer<HttpServerRequest> noAnswer) {
    return server(new HttpServerOptions(), SHORT_TIMEOUT_MS, noAnswer);
  }

  private BoundedHttp http2(Alarm alarm, Consumer<HttpServerRequest> answer) {
    options =
        new HttpClientOptions()
            .setTrustOptions(new PemTrustOptions().addCertPath(files.ca().toString()));
    listen(
        new HttpServerOptions()
            .setSsl(true)
            .setUseAlpn(true)
            .setKeyCertOptions(
                new PemKeyCertOptions()
                    .setCertPath(files.certificate().toString())
                    .setKeyPath(files.key().toString())),
        answer);
    return new BoundedHttp(loop.vertx(), TIMEOUT_MS, CONNECTIONS_MAX, options, alarm);
  }

  private BoundedHttp http2(Consumer<HttpServerRequest> answer) {
    return http2(Alarm.of(loop.vertx()), answer);
  }

  private Answer post(BoundedHttp http) {
    return loop.await(() -> http.post(url, Map.of("X-Some", "header"), Buffer.buffer("body")));
  }

  private void assertUnanswered(BoundedHttp http) {
    assertUnanswered(() -> post(http));
  }

  private static void assertUnanswered(Executable post) {
    Unanswered e = assertThrows(Unanswered.class, post);
    for (String part : new String[] {"secret", "127.0.0.1", "no-such-host"}) {
      assertFalse(e.toString().contains(part), e.toString());
    }
    assertNull(e.getCause());
  }

  @Test
  void aPostBringsHeadersAndBodyAndTheAnswer() {
    List<String> got = new CopyOnWriteArrayList<>();
    BoundedHttp http =
        plain(
            request ->
                request
                    .body()
                    .onSuccess(
                        body -> {
                          got.add(
                              request.method() + " " + request.getHeader("X-Some") + " " + body);
                          request
                              .response()
                              .setStatusCode(429)
                              .putHeader("Retry-After", "7")
                              .end("why");
                        }));
    Answer answer = post(http);
    assertEquals(new Answer(429, "7", Buffer.buffer("why")), answer);
    assertEquals(List.of("POST header body"), got);
    assertFalse(answer.toString().contains("why"), answer.toString());
    assertEquals(List.of("HTTP_1_1"), versions);
  }

  @Test
  void aRedirectIsAnAnswer() {
    BoundedHttp http =
        plain(request -> request.response().setStatusCode(307).putHeader("Location", url).end());
    assertEquals(307, post(http).status());
    assertEquals(1, versions.size());
  }

  @Test
  void anAnswerIsReadUpToItsLimit() {
    BoundedHttp http =
        plain(request -> request.response().end("x".repeat(BoundedHttp.ANSWER_BYTES_MAX)));
    Buffer body = post(http).body();
    assertEquals(BoundedHttp.ANSWER_BYTES_MAX, body == null ? -1 : body.length());
    BoundedHttp more =
        plain(
            request ->
                request
                    .response()
                    .setStatusCode(404)
                    .end("x".repeat(BoundedHttp.ANSWER_BYTES_MAX + 1)));
    assertEquals(new Answer(404, null, null), post(more));
  }

  @Test
  void anAnswerWithoutEndIsNotReadOn() {
    BoundedHttp http = plain(this::pour);
    assertNull(post(http).body());
    until("the server to be cut off", () -> connections.size() == 1 && bytesWritten.get() < 0);
  }

  /** Writes until it is cut off, which makes the count negative. */
  private void pour(HttpServerRequest request) {
    Buffer chunk = Buffer.buffer(new byte[16 * 1024]);
    request.response().setChunked(true).exceptionHandler(e -> bytesWritten.set(-1));
    request.response().closeHandler(end -> bytesWritten.set(-1));
    write(request, chunk);
  }

  private void write(HttpServerRequest request, Buffer chunk) {
    request.response().write(chunk).onSuccess(done -> write(request, chunk));
  }

  @Test
  void whoeverDoesNotAnswerIsGivenUp() {
    assertUnanswered(soonGivenUp(request -> {}));
  }

  @Test
  void whoeverAnswersDropByDropIsGivenUp() {
    BoundedHttp http =
        soonGivenUp(
            request -> {
              request.response().setChunked(true).write("a");
              loop.vertx().setPeriodic(20, id -> request.response().write("a"));
            });
    long start = System.nanoTime();
    assertUnanswered(http);
    long tookMs = (System.nanoTime() - start) / 1_000_000;
    assertTrue(tookMs >= SHORT_TIMEOUT_MS - 20, tookMs + " ms");
  }

  @Test
  void aConnectionThatIsResetIsTold() {
    assertUnanswered(plain(request -> request.connection().close()));
    assertUnanswered(
        plain(
            request -> {
              request.response().putHeader("Content-Length", "5").write("abc");
              request.connection().close();
            }));
  }

  @Test
  void whatIsNotThereIsTold() {
    BoundedHttp http = soonGivenUp(request -> {});
    url = "http://127.0.0.1:1/with-a-secret";
    assertUnanswered(http);
    url = "http://no-such-host.invalid/with-a-secret";
    assertUnanswered(http);
  }

  @Test
  void waitingForAConnectionIsPartOfTheTime() {
    BoundedHttp http = soonGivenUp(request -> {});
    List<Future<Answer>> all =
        loop.call(
            () -> {
              List<Future<Answer>> posts = new ArrayList<>();
              for (int i = 0; i < 3 * CONNECTIONS_MAX; i++) {
                posts.add(http.post(url, Map.of(), Buffer.buffer()));
              }
              return posts;
            });
    for (Future<Answer> one : all) {
      assertThrows(Unanswered.class, () -> EventLoop.result(one));
    }
    // Who waited has not begun anew when others ended.
    assertTrue(connections.stream().distinct().count() <= 2 * CONNECTIONS_MAX);
  }

  @Test
  void postsThatWaitForAConnectionHaveAMaximum() {
    BoundedHttp http = soonGivenUp(request -> {});
    int refused =
        loop.call(
            () -> {
              int failed = 0;
              for (int i = 0; i < BoundedHttp.WAITING_MAX + 5; i++) {
                failed += http.post(url, Map.of(), Buffer.buffer()).failed() ? 1 : 0;
              }
              return failed;
            });
    assertEquals(5, refused);
  }

  @Test
  void underTlsManyPostsShareAConnection() {
    BoundedHttp http = http2(request -> request.response().end("ok"));
    List<Future<Answer>> all =
        loop.call(
            () -> {
              List<Future<Answer>> posts = new ArrayList<>();
              for (int i = 0; i < 50; i++) {
                posts.add(http.post(url, Map.of(), Buffer.buffer("body")));
              }
              return posts;
            });
    all.forEach(one -> assertEquals(200, EventLoop.result(one).status()));
    assertEquals(List.of(HttpVersion.HTTP_2.name()), versions.stream().distinct().toList());
    assertTrue(connections.stream().distinct().count() <= CONNECTIONS_MAX);
  }

  @Test
  void aServerWithoutATrustedCertificateIsNotAskedAnything() {
    BoundedHttp trusting = http2(request -> request.response().end("ok"));
    assertEquals(200, post(trusting).status());
    assertUnanswered(new BoundedHttp(loop.vertx(), TIMEOUT_MS, CONNECTIONS_MAX));
    assertEquals(1, versions.size());
  }

  @Test
  void aConnectionOnWhichNothingCameBackIsNotUsedAgain() {
    AtomicInteger posts = new AtomicInteger();
    HandAlarm alarm = new HandAlarm();
    BoundedHttp http =
        http2(
            alarm,
            request -> {
              if (posts.incrementAndGet() != 2) {
                request.response().end("ok");
              }
            });
    assertEquals(200, post(http).status());
    Future<Answer> unanswered =
        loop.call(() -> http.post(url, Map.of("X-Some", "header"), Buffer.buffer("body")));
    until("it is asked", () -> posts.get() == 2);
    alarm.ring(loop);
    assertUnanswered(() -> EventLoop.result(unanswered));
    assertEquals(200, post(http).status());
    assertEquals(3, connections.size());
    assertEquals(connections.get(0), connections.get(1));
    assertNotEquals(connections.get(1), connections.get(2));
  }
}
