package io.restante.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.restante.contract.BadRequests.Bad;
import io.restante.contract.World.Who;
import io.restante.testing.GatewayExtension;
import io.restante.testing.RawWebSocket;
import io.restante.testing.Seeded;
import io.restante.testing.client.Ask;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Paths, headers, bytes and frames that no client of the contract sends: the contract's 4xx or its
 * close code, nothing changed in Redis, nothing of it in the log.
 */
class BadWireIT {
  private static final int RANDOM_FRAMES = 200;
  private static final int FRAME_BYTES_MAX = 1024 * 1024;

  /** It counts the sockets that a device has opened, so it moves with each of them. */
  private static final String[] SESSIONS = {":sessions:", ":displaced:"};

  @RegisterExtension static final GatewayExtension gateway = new GatewayExtension();

  private Trial trial;
  private World world;

  @BeforeEach
  void begin() {
    trial = new Trial(gateway);
    world = trial.world();
  }

  @AfterEach
  void end() {
    trial.close();
  }

  @Test
  void wrongPathsQueriesAndHeadersAreRefused() {
    Map<String, String> before = trial.redis();
    for (Bad bad : BadRequests.of(world)) {
      String what = bad.what().length() < 200 ? bad.what() : bad.what().substring(0, 200);
      if (bad.ask().path().startsWith("/")) {
        int status = rawStatus(bad);
        if (!bad.statuses().contains(status)) {
          trial.fail(what + " over http: " + status);
        }
      }
      trial.refused(
          what + " in the socket", world.overSocket(bad.who(), bad.ask()), bad.statuses());
    }
    trial.assertNoFailures();
    assertEquals(before, trial.redis());
  }

  /** The JDK's client refuses some of them itself. */
  private int rawStatus(Bad bad) {
    Ask ask = bad.who() == Who.ALICE ? world.alice().signed(bad.ask()) : bad.ask();
    StringBuilder request = new StringBuilder();
    request.append(ask.method()).append(' ').append(ask.path()).append(" HTTP/1.1\r\nHost: x\r\n");
    ask.headers().forEach((k, v) -> request.append(k).append(": ").append(v).append("\r\n"));
    byte[] body = ask.body();
    if (body != null) {
      request.append("Content-Length: ").append(body.length).append("\r\n");
    }
    request.append("\r\n");
    try (RawConnection connection = new RawConnection(world.http().url())) {
      connection.write(request.toString());
      connection.write(body == null ? new byte[0] : body);
      return connection.status();
    }
  }

  /** Those of HTTP/2 are answered by Vert.x alone, in frames of HTTP/2 or with a bare 400. */
  @Test
  void whatIsNotHttpIsRefusedOrHungUpOn() {
    Map<String, String> before = trial.redis();
    BadHttp.all(world)
        .forEach(
            (what, bytes) -> {
              try (RawConnection connection = new RawConnection(world.http().url())) {
                connection.write(bytes);
                connection.endOutput();
                String answer = connection.all();
                boolean refused = answer.isEmpty() || answer.matches("(?s)HTTP/1\\.[01] 4.*");
                if (!what.contains("http/2") && !(refused && isProblem(answer))) {
                  trial.fail(what + ": " + answer);
                }
              }
            });
    trial.assertNoFailures();
    assertEquals(before, trial.redis());
  }

  private static boolean isProblem(String answer) {
    return answer.isEmpty()
        || (answer.contains("application/problem+json") && answer.contains("X-Signal-Timestamp"));
  }

  @Test
  void framesThatAreNoneEndTheSocketWithItsCode() {
    Map<String, String> before = trial.redis(SESSIONS);
    String alice = "Authorization: " + world.alice().authorization() + "\r\n";
    for (String credentials : List.of("", alice)) {
      BadFrames.all()
          .forEach(
              (what, bad) -> {
                int code = closeCode(credentials, bad.bytes());
                if (bad.code() != code) {
                  trial.fail(what + ": " + code);
                }
              });
    }
    trial.assertNoFailures();
    assertEquals(before, trial.redis(SESSIONS));
  }

  private int closeCode(String credentials, byte[] bytes) {
    try (RawConnection socket = RawConnection.upgraded(world.http().url(), credentials)) {
      if (!credentials.isEmpty()) {
        // It is a session by then, which the next one displaces, and not the other way around.
        socket.awaitFrame();
      }
      socket.write(bytes);
      return socket.closeCode();
    }
  }

  @Test
  void oversizedFramesAndMessagesAre1009() {
    byte[] large = new byte[FRAME_BYTES_MAX + 1];
    assertEquals(1009, closeCode("", RawWebSocket.frame(0x82, large)));
    byte[] half = new byte[FRAME_BYTES_MAX / 2 + 1];
    try (RawConnection socket = RawConnection.upgraded(world.http().url(), "")) {
      socket.write(RawWebSocket.frame(0x02, half));
      socket.write(RawWebSocket.frame(0x80, half));
      assertEquals(1009, socket.closeCode());
    }
  }

  @Test
  void randomChangesOfAGoodFrameAreAnsweredOrEndTheSocket() {
    Random random = Seeded.random("BadWireIT");
    Map<String, String> before = trial.redis();
    byte[] good = BadFrames.request("GET", "/v1/accounts/whoami", WrongBodies.MARKER + ": x");
    for (int i = 0; i < RANDOM_FRAMES; i++) {
      byte[] frame = good.clone();
      for (int n = random.nextInt(4); n >= 0; n--) {
        frame[random.nextInt(frame.length)] = (byte) random.nextInt(256);
      }
      try (RawConnection socket = RawConnection.upgraded(world.http().url(), "")) {
        socket.write(RawWebSocket.frame(0x82, frame));
        // A frame that is well-formed is answered, or is an answer itself; then this ends it.
        socket.write(RawWebSocket.frame(0x82, "no frame".getBytes(StandardCharsets.US_ASCII)));
        assertEquals(1007, socket.closeCode(), "frame " + i);
      }
    }
    assertEquals(before, trial.redis());
    trial.refused(
        "afterwards", world.overSocket(Who.NOBODY, Ask.get("/v1/accounts/whoami")), Set.of(401));
    trial.assertNoFailures();
  }
}
