package io.restante;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.testing.EventLoop;
import io.restante.testing.HttpStub;
import io.restante.testing.LogTrap;
import io.restante.testing.client.Ask;
import io.restante.testing.client.HttpChannel;
import io.restante.testing.client.Outgoing;
import io.restante.testing.client.Phone;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The end of a gateway with an embedded Redis, whatever still hangs. */
@Timeout(60)
class StopIT {
  private static final int REQUESTS_MS = 1_000;
  private static final int DRAINS_MS = 1_200;
  private static final int PUSHES_MS = 40_000;

  /**
   * Were pushes given their time after all that, it would take longer, and on no machine so long.
   */
  private static final int STOP_MS = 30_000;

  @TempDir Path data;
  private final EventLoop stranger = new EventLoop();
  private final AtomicInteger pushes = new AtomicInteger();

  @AfterEach
  void close() {
    stranger.close();
  }

  private Serving start(String webhook) {
    Map<String, String> settings =
        Map.of(
            "http.port",
            "0",
            "management.port",
            "0",
            "http.drain-ms",
            Integer.toString(REQUESTS_MS),
            "redis.data-dir",
            data.toString(),
            "push.webhook.url",
            webhook,
            "push.webhook.secret",
            "0123456789abcdef0123456789abcdef",
            "push.webhook.timeout-ms",
            "60000",
            "push.lease-ms",
            "600000");
    return EventLoop.result(
        Gateway.start(GatewayConfigs.of(settings), StartClock.ofProcess(), DRAINS_MS, PUSHES_MS));
  }

  @Test
  void aSlowUploadAndAProviderThatHangsHaveOneTimeTogetherAndRedisIsEnded() throws Exception {
    HttpStub hanging = new HttpStub(stranger, (request, body) -> pushes.incrementAndGet());
    Serving gateway = start(hanging.url());
    HttpChannel http = new HttpChannel(gateway.publicUrl());
    Phone alice = new Phone(http, "+15550000001").register();
    Phone bob = new Phone(http, "+15550000002").register();
    bob.ask(Ask.put("/v1/accounts/attributes", bob.attributes().put("fetchesMessages", false)))
        .expect(204);
    byte[] content = "hello".getBytes(StandardCharsets.US_ASCII);
    alice.ask(Outgoing.sending(bob.aci(), 1, List.of(new Outgoing(6, 1, 0, content)))).expect(200);
    EventLoop.until("a push hangs", () -> pushes.get() > 0);
    ProcessHandle redis = redis();
    try (Socket upload = slowUpload(gateway, alice);
        LogTrap log = LogTrap.open()) {
      EventLoop.until("the upload has begun", () -> inFlight(gateway) == 1);
      long begun = System.nanoTime();
      EventLoop.result(gateway.stop());
      long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
      assertTrue(tookMs >= REQUESTS_MS, "it did not wait for the upload: " + tookMs + " ms");
      assertTrue(tookMs < STOP_MS, "it took " + tookMs + " ms");
      assertFalse(redis.isAlive());
      assertTrue(upload.isConnected());
      assertEquals(List.of(), log.alarms());
      List<String> told =
          log.lines().stream().filter(line -> line.contains("io.restante.Gateway")).toList();
      assertEquals(2, told.size(), told.toString());
      assertTrue(told.get(0).contains("told to stop: requests=1 sockets=0"), told.get(0));
      assertTrue(told.get(1).contains("requests cut off=1"), told.get(1));
    }
  }

  private ProcessHandle redis() throws IOException {
    long pid = Long.parseLong(Files.readString(data.resolve("redis.pid")).trim());
    return ProcessHandle.of(pid).orElseThrow();
  }

  /** A request whose body does not end. */
  private static Socket slowUpload(Serving gateway, Phone caller) throws IOException {
    Socket socket =
        new Socket(InetAddress.getLoopbackAddress(), URI.create(gateway.publicUrl()).getPort());
    String head =
        "PUT /v2/keys HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
            + "Content-Length: 100\r\n"
            + "Authorization: "
            + caller.authorization()
            + "\r\n\r\n{";
    socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private static double inFlight(Serving gateway) {
    return new HttpChannel(gateway.managementUrl())
        .ask(Ask.get("/metrics"))
        .expect(200)
        .text()
        .lines()
        .filter(line -> line.startsWith("restante_requests_in_flight "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' '))))
        .findFirst()
        .orElse(-1);
  }
}
