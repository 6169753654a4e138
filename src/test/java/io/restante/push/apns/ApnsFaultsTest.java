package io.restante.push.apns;

import static io.restante.testing.EventLoop.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.restante.push.PushOutcome;
import io.restante.push.PushOutcome.Accepted;
import io.restante.push.PushOutcome.Gone;
import io.restante.push.PushOutcome.Later;
import io.restante.push.PushOutcome.Refused;
import io.restante.push.PushSender;
import io.restante.testing.EventLoop;
import io.restante.testing.TcpRelay;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server of Apple that is slow, dies, goes away, or answers what nobody can read. */
class ApnsFaultsTest {
  private static final PushOutcome ACCEPTED = new Accepted();
  private static final int SHORT_TIMEOUT_MS = 300;

  @TempDir private Path folder = Path.of(".");
  private final SenderBed bed = new SenderBed();
  private final ScriptedApple apple = new ScriptedApple(bed.loop());
  private Path key = Path.of(".");

  @BeforeEach
  void writeKey() {
    key = AppleKey.make().write(folder.resolve("key.p8"));
  }

  @AfterEach
  void close() {
    bed.close();
  }

  private PushSender sender(int port) {
    return bed.sender(SenderBed.byKey(port, key));
  }

  private PushSender sender() {
    return sender(apple.port());
  }

  private void assertUnanswered(PushSender sender, String why) {
    assertUnanswered(bed.start(sender, bed.push()), why);
  }

  private static void assertUnanswered(Future<PushOutcome> sent, String why) {
    UnansweredException failure =
        assertThrows(UnansweredException.class, () -> EventLoop.result(sent));
    assertEquals("no answer of APNs: " + why, failure.getMessage());
  }

  /** Of all that is under way. */
  private void timeIsUp(Future<PushOutcome> sent) {
    bed.timeIsUp();
    assertUnanswered(sent, "TimeoutException");
  }

  private static void answer(HttpServerRequest request, int status, String body) {
    request.response().setStatusCode(status).end(body);
  }

  @Test
  void anAnswerIsAwaitedForTheTimeOfTheConfiguration() {
    apple.script(request -> {});
    ApnsConfig.Token token = new ApnsConfig.Token(key, AppleKey.KEY_ID, AppleKey.TEAM_ID);
    PushSender sender = bed.senderOfTime(SenderBed.config(apple.port(), token, SHORT_TIMEOUT_MS));
    assertUnanswered(sender, "TimeoutException");
  }

  @Test
  void aServerThatDoesNotAnswerInTimeIsLeftForANewConnection() {
    apple.script(request -> {});
    PushSender sender = sender();
    Future<PushOutcome> sent = bed.start(sender, bed.push());
    until("it is asked", () -> apple.requests() == 1);
    timeIsUp(sent);
    until("the request is given up", () -> apple.resets() == 1);
    apple.script(request -> answer(request, 200, ""));
    assertEquals(ACCEPTED, bed.send(sender, bed.push()));
    assertEquals(2, apple.connections());
    until("the old one is closed", () -> apple.open() == 1);
  }

  @Test
  void anAnswerOnAnotherStreamOfALeftConnectionStillCounts() {
    List<HttpServerRequest> waiting = new CopyOnWriteArrayList<>();
    apple.script(waiting::add);
    PushSender sender = sender();
    Future<PushOutcome> early = bed.start(sender, bed.push());
    until("the early one", () -> waiting.size() == 1);
    Future<PushOutcome> late = bed.start(sender, bed.push());
    until("the late one", () -> waiting.size() == 2);
    bed.firstTimeIsUp();
    assertUnanswered(early, "TimeoutException");
    bed.loop().call(() -> waiting.get(1).response().setStatusCode(200).end());
    assertEquals(ACCEPTED, EventLoop.result(late));
    assertEquals(1, apple.connections());
  }

  @Test
  void aConnectionThatDiesFailsItsPushesAndTheNextConnectsAnew() {
    apple.script(request -> request.connection().close());
    PushSender sender = sender();
    List<Future<PushOutcome>> sent =
        bed.loop()
            .call(() -> IntStream.range(0, 5).mapToObj(i -> sender.send(bed.push())).toList());
    sent.forEach(one -> assertThrows(UnansweredException.class, () -> EventLoop.result(one)));
    apple.script(request -> answer(request, 200, ""));
    assertEquals(ACCEPTED, bed.send(sender, bed.push()));
  }

  @Test
  void anAnswerThatIsCutOffIsNone() {
    apple.script(
        request -> {
          request.response().setStatusCode(400).setChunked(true).write("{\"reason\":\"Bad");
          bed.loop().vertx().setTimer(1, id -> request.connection().close());
        });
    assertUnanswered(sender(), "HttpClosedException");
  }

  @Test
  void aResetStreamFailsAloneAndKeepsItsConnection() {
    apple.script(request -> request.response().reset(7));
    PushSender sender = sender();
    assertUnanswered(sender, "StreamResetException");
    apple.script(request -> answer(request, 200, ""));
    assertEquals(ACCEPTED, bed.send(sender, bed.push()));
    assertEquals(1, apple.connections());
  }

  @Test
  void aServerThatGoesAwayGetsNoNewPushOnThatConnection() {
    apple.script(
        request -> {
          request.connection().goAway(0);
          answer(request, 200, "");
        });
    PushSender sender = sender();
    assertEquals(ACCEPTED, bed.send(sender, bed.push()));
    apple.script(request -> answer(request, 200, ""));
    assertEquals(ACCEPTED, bed.send(sender, bed.push()));
    assertEquals(2, apple.connections());
  }

  @Test
  void aPushThatAServerWhichGoesAwayHasNotTakenFails() {
    List<HttpServerRequest> waiting = new CopyOnWriteArrayList<>();
    PushSender sender = sender();
    // So that there is one connection, whose first stream has the id 1.
    assertEquals(ACCEPTED, bed.send(sender, bed.push()));
    apple.script(waiting::add);
    Future<PushOutcome> first = bed.start(sender, bed.push());
    Future<PushOutcome> second = bed.start(sender, bed.push());
    until("both", () -> waiting.size() == 2);
    bed.loop().call(() -> waiting.get(0).connection().goAway(0, 3));
    UnansweredException failure =
        assertThrows(UnansweredException.class, () -> EventLoop.result(second));
    assertEquals("no answer of APNs: HttpClosedException", failure.getMessage());
    bed.loop().call(() -> waiting.get(0).response().setStatusCode(200).end());
    assertEquals(ACCEPTED, EventLoop.result(first));
    apple.script(request -> answer(request, 200, ""));
    assertEquals(ACCEPTED, bed.send(sender, bed.push()));
    assertEquals(2, apple.connections());
  }

  @Test
  void aServerThatIsAwayFailsPushesUntilItIsBack() {
    try (TcpRelay relay = new TcpRelay(1)) {
      PushSender sender = sender(relay.port());
      assertThrows(UnansweredException.class, () -> bed.send(sender, bed.push()));
      relay.leadTo(apple.port());
      assertEquals(ACCEPTED, bed.send(sender, bed.push()));
    }
  }

  @Test
  void aNetworkThatLosesAllIsLeftBehindOnceItIsWhole() {
    try (TcpRelay relay = new TcpRelay(apple.port())) {
      PushSender sender = sender(relay.port());
      assertEquals(ACCEPTED, bed.send(sender, bed.push()));
      relay.lose(Set.of(TcpRelay.Way.UP, TcpRelay.Way.DOWN));
      // More than there are connections: each that is opened now hangs as well.
      for (int i = 0; i < 3 * SenderBed.CONNECTIONS_MAX; i++) {
        timeIsUp(bed.start(sender, bed.push()));
      }
      // Nothing is cut: what hangs must be given up from here.
      relay.lose(Set.of());
      assertEquals(ACCEPTED, bed.send(sender, bed.push()));
    }
  }

  @Test
  void connectionsThatHangBeforeTheirFirstFrameAreLeftForOthers() {
    SilentApple silent = new SilentApple(bed.loop());
    try (TcpRelay relay = new TcpRelay(silent.port())) {
      PushSender sender = sender(relay.port());
      for (int i = 1; i <= 3 * SenderBed.CONNECTIONS_MAX; i++) {
        int tried = i;
        Future<PushOutcome> sent = bed.start(sender, bed.push());
        until("another is tried", () -> silent.connections() == tried);
        timeIsUp(sent);
      }
      relay.leadTo(apple.port());
      assertEquals(ACCEPTED, bed.send(sender, bed.push()));
      until("those that hang are closed", () -> silent.open() == 0);
    }
  }

  @Test
  void aConnectionThatIsIdleStaysOpenAndADeadOneIsClosed() {
    try (TcpRelay relay = new TcpRelay(apple.port())) {
      PushSender sender = sender(relay.port());
      for (int pings = 0; pings < 5; pings++) {
        // The answer comes behind that to the ping before it.
        assertEquals(ACCEPTED, bed.send(sender, bed.push()));
        int before = pings;
        bed.ping();
        until("a ping", () -> apple.pings() == before + 1);
      }
      assertEquals(ACCEPTED, bed.send(sender, bed.push()));
      assertEquals(1, apple.connections());
      assertEquals(1, apple.open());
      relay.lose(Set.of(TcpRelay.Way.DOWN));
      bed.ping();
      until("a ping that is not answered", () -> apple.pings() == 6);
      assertEquals(1, apple.open());
      bed.ping();
      until("the dead one is closed", () -> apple.open() == 0);
    }
  }

  @Test
  void aBodyThatNobodyCanReadIsNoReason() {
    PushSender sender = sender();
    for (String body :
        List.of(
            "",
            "Bad Gateway",
            "{\"reason\":",
            "[]",
            "null",
            "{}",
            "{\"reason\":null}",
            "{\"reason\":5}",
            "{\"reason\":\"\"}",
            "{\"reason\":\"no device " + SenderBed.DEVICE + "\"}",
            "{\"reason\":\"" + SenderBed.DEVICE.replaceAll("[0-9]", "x") + "x\"}",
            " ".repeat(1_000_000) + "{\"reason\":\"BadDeviceToken\"}")) {
      apple.script(request -> answer(request, 200, ""));
      assertEquals(ACCEPTED, bed.send(sender, bed.push()));
      for (int status : List.of(400, 403, 404, 410, 413, 302)) {
        apple.script(request -> answer(request, status, body));
        assertEquals(new Refused("status " + status), bed.send(sender, bed.push()), body);
      }
      apple.script(request -> answer(request, 503, body));
      assertEquals(new Later(0), bed.send(sender, bed.push()), body);
    }
    assertEquals(1, apple.connections());
  }

  @Test
  void aTimestampThatIsNoneIsTheTimeOfThePush() {
    PushSender sender = sender();
    for (String timestamp : List.of("", ",\"timestamp\":\"x\"", ",\"timestamp\":-5")) {
      apple.script(
          request -> answer(request, 410, "{\"reason\":\"ExpiredToken\"" + timestamp + "}"));
      assertEquals(new Gone(bed.now().toEpochMilli()), bed.send(sender, bed.push()), timestamp);
    }
  }

  @Test
  void aServerThatAsksToWaitIsHeard() {
    PushSender sender = sender();
    for (int status : List.of(429, 500, 503)) {
      for (List<String> asked :
          List.of(
              List.of("7", "7000"), List.of("0", "0"), List.of("soon", "0"), List.of("-1", "0"))) {
        apple.script(
            request -> {
              request.response().putHeader("retry-after", asked.get(0));
              answer(request, status, "{\"reason\":\"TooManyRequests\"}");
            });
        assertEquals(
            new Later(Long.parseLong(asked.get(1))), bed.send(sender, bed.push()), asked.get(0));
      }
    }
  }

  @Test
  void aClosedSenderEndsItsConnectionsAndSendsNothing() {
    PushSender sender = sender();
    assertEquals(ACCEPTED, bed.send(sender, bed.push()));
    bed.loop()
        .call(
            () -> {
              sender.close();
              return true;
            });
    assertThrows(UnansweredException.class, () -> bed.send(sender, bed.push()));
    assertEquals(1, apple.requests());
    until("the connection is closed", () -> apple.open() == 0);
  }

  @Test
  void aServerThatIsNotApplesIsNotTold() {
    ApnsConfig config = SenderBed.byKey(apple.port(), key);
    PushSender stranger =
        bed.sender(
            new ApnsConfig(
                config.topic(),
                config.server(),
                null,
                config.authentication(),
                config.timeoutMs(),
                config.connectionsMax()));
    assertThrows(UnansweredException.class, () -> bed.send(stranger, bed.push()));
    assertEquals(0, apple.requests());
  }
}
