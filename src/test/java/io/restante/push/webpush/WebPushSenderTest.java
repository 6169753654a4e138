package io.restante.push.webpush;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.restante.push.Push;
import io.restante.push.PushOutcome;
import io.restante.push.PushOutcome.Accepted;
import io.restante.push.PushOutcome.Gone;
import io.restante.push.PushOutcome.Later;
import io.restante.push.PushOutcome.Refused;
import io.restante.testing.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PemKeyCertOptions;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pushes to a push server as it should be, over TLS. */
class WebPushSenderTest {
  /** One request, as the server has it. */
  private record Taken(
      String method, String uri, String authority, String sni, MultiMap headers, Buffer body) {}

  @TempDir private static Path folder = Path.of(".");

  @SuppressWarnings("NullAway.Init") // By start().
  private static PushBed bed;

  private static int port;
  private static final List<Taken> TAKEN = new CopyOnWriteArrayList<>();
  private static final AtomicInteger OPEN = new AtomicInteger();
  private static volatile Consumer<HttpServerRequest> answer = request -> {};

  @BeforeAll
  static void start() throws SocketException {
    bed = new PushBed(folder, "push.test", "*.many.test");
    HttpServerOptions options =
        new HttpServerOptions()
            .setSsl(true)
            .setSni(true)
            .setKeyCertOptions(
                new PemKeyCertOptions()
                    .setCertPath(bed.tls.certificate().toString())
                    .setKeyPath(bed.tls.key().toString()));
    String anyAddress = hasIpv6() ? "::" : "0.0.0.0";
    HttpServer server =
        bed.servers.await(
            () ->
                bed.servers
                    .vertx()
                    .createHttpServer(options)
                    .connectionHandler(
                        connection -> {
                          OPEN.incrementAndGet();
                          connection.closeHandler(closed -> OPEN.decrementAndGet());
                        })
                    .requestHandler(
                        request ->
                            request
                                .body()
                                .onSuccess(
                                    body -> {
                                      TAKEN.add(taken(request, body));
                                      answer.accept(request);
                                    }))
                    .listen(0, anyAddress));
    port = server.actualPort();
  }

  private static boolean hasIpv6() throws SocketException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .anyMatch(address -> "0:0:0:0:0:0:0:1%lo".equals(address.getHostAddress()));
  }

  private static Taken taken(HttpServerRequest request, Buffer body) {
    return new Taken(
        request.method().name(),
        request.uri(),
        String.valueOf(request.getHeader("Host")),
        String.valueOf(request.connection().indicatedServerName()),
        request.headers(),
        body);
  }

  @AfterAll
  static void end() {
    bed.close();
  }

  @BeforeEach
  void reset() {
    TAKEN.clear();
    answer = request -> request.response().setStatusCode(201).end();
    bed.dns.answer(name -> Optional.of(List.of(new byte[] {127, 0, 0, 1})));
    bed.open(port, true, "127.0.0.1/32", "::1", "localhost");
  }

  private static String endpoint() {
    return "https://push.test:" + port + "/wpush/v2/abc?d=e%2Ff";
  }

  private static String header(Taken taken, String name) {
    return String.valueOf(taken.headers().get(name));
  }

  private static byte[] opened(Taken taken) {
    return DeviceSide.open(taken.body().getBytes(), bed.deviceSecret, bed.deviceAuth);
  }

  private static PushOutcome push(Push push) {
    return EventLoop.result(bed.begin(push));
  }

  @Test
  void anEnvelopeArrivesAsTheRfcsSayAndIsReadByItsDevice() throws Exception {
    assertEquals(new Accepted(), push(bed.envelope(endpoint(), "an envelope")));
    assertEquals(1, TAKEN.size());
    Taken taken = TAKEN.get(0);
    assertEquals("POST", taken.method());
    assertEquals("/wpush/v2/abc?d=e%2Ff", taken.uri());
    assertEquals("push.test:" + port, taken.authority());
    assertEquals("push.test", taken.sni());
    assertEquals("60", header(taken, "TTL"));
    assertEquals("high", header(taken, "Urgency"));
    assertEquals("aes128gcm", header(taken, "Content-Encoding"));
    assertEquals("application/octet-stream", header(taken, "Content-Type"));
    assertNull(taken.headers().get("Topic"));
    assertEquals("an envelope", new String(opened(taken), StandardCharsets.UTF_8));
    JsonObject claims =
        VapidKeyTest.verified(header(taken, "Authorization"), bed.shared().publicKey());
    assertEquals("https://push.test:" + port, claims.getString("aud"));
  }

  @Test
  void theLargestEnvelopeArrivesAndOneByteMoreIsNotSent() {
    int most = bed.sender().envelopeBytesMax();
    Push largest = new Push(bed.target(endpoint()), Buffer.buffer(new byte[most]), true, 0);
    assertEquals(new Accepted(), push(largest));
    assertEquals(4096, TAKEN.get(0).body().length());
    assertEquals(most, opened(TAKEN.get(0)).length);
    Push larger = new Push(bed.target(endpoint()), Buffer.buffer(new byte[most + 1]), true, 0);
    assertEquals(new Refused("an envelope of 3994 bytes"), push(larger));
    assertEquals(1, TAKEN.size());
  }

  @Test
  void aWakeUpReplacesTheOneBeforeAndHasNothingInIt() {
    Push wakeUp = new Push(bed.target(endpoint()), null, false, PushBed.NOW_MS + 1_999);
    assertEquals(new Accepted(), push(wakeUp));
    Taken taken = TAKEN.get(0);
    assertEquals("wake-up", header(taken, "Topic"));
    assertEquals("normal", header(taken, "Urgency"));
    assertEquals("1", header(taken, "TTL"));
    assertEquals(0, opened(taken).length);
  }

  @Test
  void whatNeedNotArriveAnyMoreHasNoTimeAndNothingHasMoreThanFourWeeks() {
    String target = bed.target(endpoint());
    push(new Push(target, null, true, PushBed.NOW_MS - 1));
    push(new Push(target, null, true, PushBed.NOW_MS + 40L * 86_400_000));
    assertEquals("0", header(TAKEN.get(0), "TTL"));
    assertEquals("2419200", header(TAKEN.get(1), "TTL"));
  }

  @Test
  void theAnswerIsTold() {
    answer = request -> request.response().setStatusCode(410).end("gone");
    assertEquals(new Gone(PushBed.NOW_MS), bed.push(endpoint()));
    answer = request -> request.response().setStatusCode(503).putHeader("Retry-After", "7").end();
    assertEquals(new Later(7_000), bed.push(endpoint()));
    answer = request -> request.response().setStatusCode(403).end();
    assertEquals(new Refused("status 403"), bed.push(endpoint()));
    answer = request -> request.response().setStatusCode(201).end();
    assertEquals(new Accepted(), bed.push(endpoint()));
  }

  @Test
  void aConnectionServesManyPushesAndKeepsNoCookie() {
    answer =
        request -> request.response().setStatusCode(201).putHeader("Set-Cookie", "id=1").end("ok");
    for (int i = 0; i < 5; i++) {
      assertEquals(new Accepted(), bed.push(endpoint()));
      bed.untilIdle();
    }
    assertEquals(List.of("127.0.0.1"), bed.transport.dialled());
    assertTrue(TAKEN.stream().allMatch(taken -> taken.headers().get("Cookie") == null));
    assertEquals(1, TAKEN.stream().map(taken -> header(taken, "Authorization")).distinct().count());
  }

  @Test
  void manyHostsLeaveNoMoreConnectionsOpenThanPushesMayBeUnderWay() {
    for (int i = 0; i < 3 * PushBed.IN_FLIGHT_MAX; i++) {
      assertEquals(new Accepted(), bed.push("https://host" + i + ".many.test:" + port + "/"));
      bed.untilIdle();
    }
    assertEquals(3 * PushBed.IN_FLIGHT_MAX, bed.transport.dialled().size());
    EventLoop.until("closed", () -> OPEN.get() <= PushBed.IN_FLIGHT_MAX);
  }

  @Test
  void anAllowedAddressOrShortNameIsReachedByWhatItsCertificateNames() {
    assertEquals(new Accepted(), bed.push("https://127.0.0.1:" + port + "/a"));
    assertEquals("127.0.0.1:" + port, TAKEN.get(0).authority());
    assertEquals(new Accepted(), bed.push("https://localhost:" + port + "/a"));
    assertEquals("localhost:" + port, TAKEN.get(1).authority());
  }

  @Test
  void anAllowedAddressMayBeOneOfIpv6() throws SocketException {
    assumeTrue(hasIpv6());
    assertEquals(new Accepted(), bed.push("https://[::1]:" + port + "/a"));
    assertEquals("[::1]:" + port, TAKEN.get(0).authority());
  }

  @Test
  void anAllowedNameMayBeAnAddressOfIpv6() throws SocketException {
    assumeTrue(hasIpv6() && PushBed.asksForIpv6());
    bed.dns.answer(
        name -> Optional.of(List.of(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1})));
    assertEquals(new Accepted(), bed.push(endpoint()));
    assertEquals("push.test:" + port, TAKEN.get(0).authority());
  }

  /** Two under way, one that waits, and the fourth is told to come again. */
  @Test
  void aHostGetsOnlySoManyPushesAtATime() {
    List<HttpServerRequest> open = new CopyOnWriteArrayList<>();
    answer = open::add;
    List<Future<PushOutcome>> begun = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      begun.add(bed.begin(bed.envelope(endpoint(), "push " + i)));
    }
    assertEquals(new Later(1_000), EventLoop.result(begun.get(3)));
    assertEquals(1, bed.unsent("busy"));
    EventLoop.until("two arrived", () -> open.size() == 2);
    // Another host is not kept waiting.
    answer = request -> request.response().setStatusCode(201).end();
    assertEquals(new Accepted(), bed.push("https://localhost:" + port + "/"));
    assertEquals(3, TAKEN.size());
    assertFalse(begun.get(2).isComplete());
    open.forEach(request -> request.response().setStatusCode(201).end());
    for (Future<PushOutcome> each : begun.subList(0, 3)) {
      assertEquals(new Accepted(), EventLoop.result(each));
    }
    bed.untilIdle();
  }
}
