package io.restante.push.webpush;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.push.PushOutcome;
import io.restante.push.PushOutcome.Accepted;
import io.restante.push.PushOutcome.Refused;
import io.restante.testing.EventLoop;
import io.restante.testing.LogTrap;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.PemKeyCertOptions;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Push servers that would keep, fill, lead astray or confuse the gateway. */
@Timeout(60)
class HostileServersTest {
  private static final int TIMEOUT_MS = 1_500;
  private static final long PATIENCE_MS = 5L * TIMEOUT_MS;
  private static final int DRIP_MS = 20;

  @TempDir private static Path folder = Path.of(".");

  @SuppressWarnings("NullAway.Init") // By start().
  private static PushBed bed;

  private static int tlsPort;
  private static int plainPort;

  private static final AtomicInteger OPEN = new AtomicInteger();
  private static final AtomicInteger REQUESTS = new AtomicInteger();
  private static final AtomicLong WRITTEN = new AtomicLong();
  private static volatile Consumer<NetSocket> behaviour = socket -> {};

  private final LogTrap log = LogTrap.open();

  @BeforeAll
  static void start() {
    bed = new PushBed(folder, TIMEOUT_MS, "push.test");
    PemKeyCertOptions cert =
        new PemKeyCertOptions()
            .setCertPath(bed.tls.certificate().toString())
            .setKeyPath(bed.tls.key().toString());
    tlsPort = listen(new NetServerOptions().setSsl(true).setKeyCertOptions(cert));
    plainPort = listen(new NetServerOptions());
    // The first handshake of a process takes its time.
    says("HTTP/1.1 201 Created\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    reset(bed);
    EventLoop.until("an honest push arrives", HostileServersTest::arrives);
  }

  private static boolean arrives() {
    try {
      return bed.push(endpoint()).equals(new Accepted());
    } catch (RuntimeException late) {
      return false;
    }
  }

  private static void reset(PushBed bed) {
    bed.dns.answer(name -> Optional.of(List.of(new byte[] {127, 0, 0, 1})));
    bed.open(tlsPort, true, "127.0.0.1/32");
  }

  /** A server that does what the test says once anything of a request is there. */
  private static int listen(NetServerOptions options) {
    return bed.servers
        .await(
            () ->
                bed.servers
                    .vertx()
                    .createNetServer(options)
                    .connectHandler(
                        socket -> {
                          OPEN.incrementAndGet();
                          socket.closeHandler(closed -> OPEN.decrementAndGet());
                          socket.exceptionHandler(broken -> {});
                          socket.handler(
                              part -> {
                                REQUESTS.incrementAndGet();
                                socket.handler(more -> {});
                                behaviour.accept(socket);
                              });
                        })
                    .listen(0, "127.0.0.1"))
        .actualPort();
  }

  @AfterAll
  static void end() {
    bed.close();
  }

  @BeforeEach
  void reset() {
    REQUESTS.set(0);
    WRITTEN.set(0);
    reset(bed);
  }

  /** Whatever a server does: its connection ends, its place is free, and no line tells of it. */
  @AfterEach
  void nothingIsLeft() {
    bed.untilIdle();
    EventLoop.until("no connection is kept for it", () -> OPEN.get() == 0);
    log.close();
    assertEquals(List.of(), log.alarms());
    assertTrue(log.lines().stream().noneMatch(line -> line.contains("push.test")));
  }

  private static String endpoint() {
    return "https://push.test:" + tlsPort + "/push";
  }

  private static void server(Consumer<NetSocket> does) {
    behaviour = does;
  }

  private static void says(String text) {
    server(socket -> socket.write(text));
  }

  /** Writes the same again and again, a little later each time. */
  private static void drips(String first, String again) {
    server(
        socket -> {
          socket.write(first);
          bed.servers
              .vertx()
              .setPeriodic(
                  DRIP_MS,
                  id -> socket.write(again).onFailure(gone -> bed.servers.vertx().cancelTimer(id)));
        });
  }

  private static void fails(String reason) {
    long before = System.nanoTime();
    RuntimeException e = assertThrows(RuntimeException.class, () -> bed.push(endpoint()));
    assertEquals(reason, e.getMessage());
    long tookMs = (System.nanoTime() - before) / 1_000_000;
    assertTrue(tookMs < PATIENCE_MS, () -> "took " + tookMs + " ms");
  }

  @Test
  void whoNeverAnswersIsGivenUp() {
    server(socket -> {});
    fails("time is up");
  }

  @Test
  void whoNeverEndsTheHandshakeIsGivenUp() {
    bed.open(plainPort, true, "127.0.0.1/32");
    server(socket -> {});
    String endpoint = "https://push.test:" + plainPort + "/";
    RuntimeException e = assertThrows(RuntimeException.class, () -> bed.push(endpoint));
    assertEquals("time is up", e.getMessage());
  }

  @Test
  void whoSpeaksNoTlsIsGivenUp() {
    bed.open(plainPort, true, "127.0.0.1/32");
    says("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
    String endpoint = "https://push.test:" + plainPort + "/";
    assertThrows(RuntimeException.class, () -> bed.push(endpoint));
  }

  @Test
  void aDrippingHeadIsNotWaitedFor() {
    drips("HTTP/1.1 201 Created\r\nX: ", "a");
    fails("time is up");
  }

  @Test
  void interimAnswersWithoutEndAreNotWaitedFor() {
    drips("HTTP/1.1 103 Early Hints\r\n\r\n", "HTTP/1.1 103 Early Hints\r\n\r\n");
    fails("time is up");
  }

  @Test
  void aDrippingBodyChangesNothingAndIsNotWaitedFor() {
    drips("HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\na\r\n");
    assertEquals(new Accepted(), bed.push(endpoint()));
  }

  @Test
  void aBodyWithoutEndIsCutOff() {
    String part = "x".repeat(1_000);
    server(
        socket -> {
          socket.write("HTTP/1.1 201 Created\r\n\r\n");
          pour(socket, part);
        });
    assertEquals(new Accepted(), bed.push(endpoint()));
    EventLoop.until("cut off", () -> OPEN.get() == 0);
    // What is under way in buffers, and not a second of loopback.
    assertTrue(WRITTEN.get() < 10_000_000, () -> WRITTEN + " bytes");
  }

  private static void pour(NetSocket socket, String part) {
    WRITTEN.addAndGet(part.length());
    socket.write(part).onSuccess(written -> pour(socket, part));
  }

  @Test
  void aBodyThatIsSaidToBeHugeIsCutOffAsWell() {
    server(
        socket -> {
          socket.write("HTTP/1.1 410 Gone\r\nContent-Length: 99999999999\r\n\r\n");
          pour(socket, "x".repeat(1_000));
        });
    assertEquals(new PushOutcome.Gone(PushBed.NOW_MS), bed.push(endpoint()));
  }

  @Test
  void aHeadWithoutEndIsCutOff() {
    server(
        socket -> {
          socket.write("HTTP/1.1 201 Created\r\n");
          pour(socket, "X-More: " + "x".repeat(100) + "\r\n");
        });
    fails("no answer");
    assertTrue(WRITTEN.get() < 10_000_000, () -> WRITTEN + " bytes");
  }

  @Test
  void whatIsNoHttpIsNoAnswer() {
    says("220 smtp.example ESMTP\r\n");
    fails("no answer");
  }

  @Test
  void whoHangsUpIsNoAnswer() {
    server(NetSocket::close);
    fails("no answer");
  }

  @Test
  void whoHangsUpInTheMiddleOfTheHeadIsNoAnswer() {
    server(socket -> socket.write("HTTP/1.1 201 Cre").onComplete(done -> socket.close()));
    fails("no answer");
  }

  @Test
  void whoHangsUpInTheMiddleOfTheBodyHasAnswered() {
    server(
        socket ->
            socket
                .write("HTTP/1.1 201 Created\r\nContent-Length: 10\r\n\r\nabc")
                .onComplete(done -> socket.close()));
    assertEquals(new Accepted(), bed.push(endpoint()));
  }

  @Test
  void twoAnswersToOnePushAreOneAndTheOtherIsForNobody() {
    String answer = "HTTP/1.1 %s\r\nContent-Length: 0\r\n\r\n";
    says(answer.formatted("201 Created") + answer.formatted("410 Gone"));
    assertEquals(new Accepted(), bed.push(endpoint()));
    bed.untilIdle();
    says(answer.formatted("429 Slow Down") + answer.formatted("410 Gone"));
    assertEquals(new PushOutcome.Later(0), bed.push(endpoint()));
  }

  @Test
  void aRedirectIsNotFollowed() {
    for (String status : List.of("301 Moved", "302 Found", "303 Other", "307 T", "308 P")) {
      REQUESTS.set(0);
      says(
          "HTTP/1.1 "
              + status
              + "\r\nLocation: http://127.0.0.1:"
              + plainPort
              + "/\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
      assertEquals(new Refused("status " + status.substring(0, 3)), bed.push(endpoint()));
      bed.untilIdle();
      assertEquals(1, REQUESTS.get());
    }
    assertEquals(5, bed.transport.dialled().size());
  }

  @Test
  void anotherAuthorityIsNotTrusted() {
    says("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
    bed.open(tlsPort, false, "127.0.0.1/32");
    fails("no answer");
    assertEquals(0, REQUESTS.get());
  }

  @Test
  void aCertificateOfAnotherNameIsNotTaken() {
    says("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
    String endpoint = "https://other.test:" + tlsPort + "/";
    RuntimeException e = assertThrows(RuntimeException.class, () -> bed.push(endpoint));
    assertEquals("no answer", e.getMessage());
    assertEquals(0, REQUESTS.get());
  }

  /** Who waits behind pushes that hang is told in time as well, and frees the place. */
  @Test
  void whoWaitsForAHostThatHangsIsGivenUpInTime() {
    server(socket -> {});
    int pushes = PushBed.HOST_IN_FLIGHT_MAX + PushBed.HOST_WAITING_MAX;
    List<Future<PushOutcome>> begun =
        bed.begin(Collections.nCopies(pushes, bed.envelope(endpoint(), "a push")));
    long before = System.nanoTime();
    for (Future<PushOutcome> each : begun) {
      assertThrows(RuntimeException.class, () -> EventLoop.result(each));
    }
    assertTrue((System.nanoTime() - before) / 1_000_000 < PATIENCE_MS);
    bed.untilIdle();
    // Nobody was asked for the one whose time was up before its turn.
    assertEquals(PushBed.HOST_IN_FLIGHT_MAX, REQUESTS.get());
  }

  @Test
  void aNameServerThatNeverAnswersIsGivenUp() {
    bed.dns.answer(
        name -> {
          throw new IllegalStateException("no answer");
        });
    fails("time is up");
    assertEquals(List.of(), bed.transport.dialled());
  }

  @Test
  void afterAllThatAnHonestServerIsServed() {
    server(socket -> {});
    fails("time is up");
    server(
        socket -> {
          socket.write(Buffer.buffer("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"));
          socket.handler(more -> socket.write("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"));
        });
    assertEquals(new Accepted(), bed.push(endpoint()));
    // And its connection kept.
    assertEquals(1, OPEN.get());
    bed.sender().close();
  }
}
