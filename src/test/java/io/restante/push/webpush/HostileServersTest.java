package io.restante.push.webpush;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Push servers that would keep, fill, lead astray or confuse the gateway. */
@Timeout(60)
class HostileServersTest {
  private static final int DRIP_MS = 2;

  /** Of a handshake that does not end. */
  private static final int HANDSHAKE_MS = 300;

  /** Fewer than the bytes that are read of an answer. */
  private static final int DRIPS = 20;

  @TempDir private static Path folder = Path.of(".");

  @SuppressWarnings("NullAway.Init") // By start().
  private static PushBed bed;

  private static int tlsPort;
  private static int plainPort;

  private static final AtomicInteger OPEN = new AtomicInteger();
  private static final AtomicInteger REQUESTS = new AtomicInteger();
  private static final AtomicInteger DRIPPED = new AtomicInteger();
  private static volatile Consumer<NetSocket> behaviour = socket -> {};

  private final LogTrap log = LogTrap.open();

  @BeforeAll
  static void start() {
    bed = new PushBed(folder, "push.test");
    PemKeyCertOptions cert =
        new PemKeyCertOptions()
            .setCertPath(bed.tls.certificate().toString())
            .setKeyPath(bed.tls.key().toString());
    tlsPort = listen(new NetServerOptions().setSsl(true).setKeyCertOptions(cert));
    plainPort = listen(new NetServerOptions());
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
    DRIPPED.set(0);
    bed.dns.answer(name -> Optional.of(List.of(new byte[] {127, 0, 0, 1})));
    bed.open(tlsPort, true, "127.0.0.1/32");
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

  /** Writes the same again and again, a little later each time, and is silent in the end. */
  private static void drips(String first, String again) {
    server(
        socket -> {
          socket.write(first);
          bed.servers
              .vertx()
              .setPeriodic(
                  DRIP_MS,
                  id -> {
                    socket.write(again);
                    if (DRIPPED.incrementAndGet() == DRIPS) {
                      bed.servers.vertx().cancelTimer(id);
                    }
                  });
        });
  }

  private static void awaitDrips() {
    EventLoop.until("it drips", () -> DRIPPED.get() == DRIPS);
  }

  private static void awaitRequest() {
    EventLoop.until("it is asked", () -> REQUESTS.get() == 1);
  }

  private static void fails() {
    assertFails("no answer", () -> bed.push(endpoint()));
  }

  private static void assertFails(String reason, Executable push) {
    RuntimeException e = assertThrows(RuntimeException.class, push);
    assertEquals(reason, e.getMessage());
  }

  /** Whoever is pushed to so is waited for until time is up, and no longer. */
  private static void isGivenUp(String endpoint, Runnable awaitThatItHangs) {
    Future<PushOutcome> push = bed.begin(bed.envelope(endpoint, "an envelope"));
    awaitThatItHangs.run();
    assertFalse(push.isComplete());
    bed.timeIsUp();
    assertFails("time is up", () -> EventLoop.result(push));
  }

  @Test
  void whoNeverAnswersIsGivenUp() {
    server(socket -> {});
    isGivenUp(endpoint(), HostileServersTest::awaitRequest);
  }

  @Test
  void whoNeverEndsTheHandshakeIsGivenUp() {
    bed.openHasty(HANDSHAKE_MS, plainPort, "127.0.0.1/32");
    server(socket -> {});
    String endpoint = "https://push.test:" + plainPort + "/";
    assertFails("no answer", () -> bed.push(endpoint));
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
    isGivenUp(endpoint(), HostileServersTest::awaitDrips);
  }

  @Test
  void interimAnswersWithoutEndAreNotWaitedFor() {
    drips("HTTP/1.1 103 Early Hints\r\n\r\n", "HTTP/1.1 103 Early Hints\r\n\r\n");
    isGivenUp(endpoint(), HostileServersTest::awaitDrips);
  }

  @Test
  void aDrippingBodyChangesNothingAndIsNotWaitedFor() {
    drips("HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\na\r\n");
    assertEquals(new Accepted(), bed.push(endpoint()));
    awaitDrips();
    assertEquals(1, bed.hosts());
    bed.timeIsUp();
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
    EventLoop.until("cut off, though its time is not up", () -> OPEN.get() == 0);
  }

  private static void pour(NetSocket socket, String part) {
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
    fails();
  }

  @Test
  void whatIsNoHttpIsNoAnswer() {
    says("220 smtp.example ESMTP\r\n");
    fails();
  }

  @Test
  void whoHangsUpIsNoAnswer() {
    server(NetSocket::close);
    fails();
  }

  @Test
  void whoHangsUpInTheMiddleOfTheHeadIsNoAnswer() {
    server(socket -> socket.write("HTTP/1.1 201 Cre").onComplete(done -> socket.close()));
    fails();
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
    fails();
    assertEquals(0, REQUESTS.get());
  }

  @Test
  void aCertificateOfAnotherNameIsNotTaken() {
    says("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
    String endpoint = "https://other.test:" + tlsPort + "/";
    assertFails("no answer", () -> bed.push(endpoint));
    assertEquals(0, REQUESTS.get());
  }

  /** Who waits behind pushes that hang is told in time as well, and frees the place. */
  @Test
  void whoWaitsForAHostThatHangsIsGivenUpInTime() {
    server(socket -> {});
    int pushes = PushBed.HOST_IN_FLIGHT_MAX + PushBed.HOST_WAITING_MAX;
    List<Future<PushOutcome>> begun =
        bed.begin(Collections.nCopies(pushes, bed.envelope(endpoint(), "a push")));
    EventLoop.until("they hang", () -> REQUESTS.get() == PushBed.HOST_IN_FLIGHT_MAX);
    bed.timeIsUp();
    for (Future<PushOutcome> each : begun) {
      assertFails("time is up", () -> EventLoop.result(each));
    }
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
    isGivenUp(endpoint(), () -> EventLoop.until("it is asked", () -> !bed.dns.asked().isEmpty()));
    assertEquals(List.of(), bed.transport.dialled());
    bed.dns.answer(name -> Optional.empty());
    bed.dns.answerLate();
  }

  @Test
  void afterAllThatAnHonestServerIsServed() {
    server(socket -> {});
    isGivenUp(endpoint(), HostileServersTest::awaitRequest);
    server(
        socket -> {
          socket.write(Buffer.buffer("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"));
          socket.handler(more -> socket.write("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"));
        });
    assertEquals(new Accepted(), bed.push(endpoint()));
    // And its connection is kept, the other one is not.
    EventLoop.until("one is open", () -> OPEN.get() == 1);
    bed.untilIdle();
    assertEquals(new Accepted(), bed.push(endpoint()));
    assertEquals(2, bed.transport.dialled().size());
    bed.untilIdle();
    bed.sender().close();
  }
}
