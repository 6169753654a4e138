package io.restante.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.testing.EventLoop;
import io.restante.testing.Program;
import io.restante.testing.RawWebSocket;
import io.restante.testing.RedisServerExtension;
import io.restante.testing.client.Ask;
import io.restante.testing.client.ClientSocket;
import io.restante.testing.client.HttpChannel;
import io.restante.testing.client.Phone;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Many sockets without credentials, each with a message that does not end, against a gateway with a
 * quarter of the memory that all of them would take.
 */
@Timeout(120)
final class UnfinishedMessagesIT {
  @RegisterExtension static final RedisServerExtension redis = new RedisServerExtension();

  private static final int SOCKETS = 120;
  private static final int MESSAGE_BYTES = 1024 * 1024;
  private static final int BUDGET_BYTES = 16 * 1024 * 1024;
  private static final int ANSWERED_BYTES = 512 * 1024;
  private static final String DIRECT_MEMORY = "-XX:MaxDirectMemorySize=32m";
  private static final Map<String, String> JSON = Map.of("Content-Type", World.JSON);

  /** Messages for which strangers have room at most; each takes twice its bytes. */
  private static final int ROOM = BUDGET_BYTES / 2 / (2 * MESSAGE_BYTES);

  private static final Pattern READY =
      Pattern.compile("ready public=(http://\\S+) management=(http://\\S+)");
  private static final Pattern HELD = Pattern.compile("\nrestante_messages_held_bytes (\\S+)");
  private static final Pattern GIVEN_UP =
      Pattern.compile("\nrestante_messages_given_up_total\\{reason=\"budget\"} (\\S+)");

  @Test
  void strangersTakeTheirHalfOfTheBudgetAndNobodyElseNotices() {
    try (Program program = serve()) {
      Matcher ready = READY.matcher(program.line());
      assertTrue(ready.matches(), program::err);
      HttpChannel http = new HttpChannel(ready.group(1));
      HttpChannel management = new HttpChannel(ready.group(2));
      Phone alice = new Phone(http, "+17775550001").register();
      List<RawConnection> flood = new ArrayList<>();
      try (ClientSocket socket =
          ClientSocket.open(http.url(), "/v1/websocket/", alice.authorization())) {
        socket.awaitQueueEmpty();
        byte[] frame = RawWebSocket.frame(0x82, new byte[MESSAGE_BYTES]);
        byte[] unfinished = Arrays.copyOf(frame, frame.length - 1);
        for (int i = 0; i < SOCKETS; i++) {
          RawConnection connection = RawConnection.upgraded(http.url(), "");
          flood.add(connection);
          connection.write(unfinished);
        }
        EventLoop.until(
            "those that have no room are given up",
            () -> value(management, GIVEN_UP) >= SOCKETS - ROOM);
        double held = value(management, HELD);
        assertTrue(held > 0 && held <= BUDGET_BYTES / 2.0, "held: " + held);
        Ask large = new Ask("GET", "/v1/keepalive", JSON, new byte[ANSWERED_BYTES]);
        socket.ask(large).expect(200);
        http.ask(Ask.get("/v1/keepalive")).expect(200);
        management.ask(Ask.get("/health/ready")).expect(200);

        flood.forEach(RawConnection::close);
        EventLoop.until("all is given back", () -> value(management, HELD) == 0);
        socket.ask(large).expect(200);
      }
      program.terminate();
      String err = program.err();
      assertFalse(err.contains(" ERROR ") || err.contains("\tat ") || err.contains("LEAK"), err);
      assertEquals(0, program.exitCode());
    }
  }

  private static double value(HttpChannel management, Pattern metric) {
    String metrics = management.ask(Ask.get("/metrics")).expect(200).text();
    Matcher found = metric.matcher(metrics);
    assertTrue(found.find(), metric.pattern());
    return Double.parseDouble(found.group(1));
  }

  private static Program serve() {
    List<String> args = new ArrayList<>(List.of("serve"));
    for (String set :
        List.of(
            "http.port=0",
            "management.port=0",
            "log.level=warn",
            "redis.mode=standalone",
            "redis.urls=" + redis.process().url(),
            "redis.durability=fsync",
            "registration.mode=open",
            "session.unfinished-max-bytes=" + BUDGET_BYTES)) {
      args.add("--set");
      args.add(set);
    }
    return Program.jar(List.of(DIRECT_MEMORY), args);
  }
}
