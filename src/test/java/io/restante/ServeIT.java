package io.restante;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.testing.Program;
import io.restante.testing.RedisServerExtension;
import io.restante.testing.TlsFiles;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The jar serves, by its ready line, and says in one line why it cannot. */
@Timeout(60)
class ServeIT {
  @RegisterExtension static final RedisServerExtension redis = new RedisServerExtension();

  /** What a second compiler and threads of a collector would gain it costs. */
  private static final List<String> SHORT_LIVED =
      List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

  private static final Pattern READY =
      Pattern.compile(
          "ready public=(http://127\\.0\\.0\\.1:\\d+) management=(http://127\\.0\\.0\\.1:\\d+)");

  private final HttpClient client = HttpClient.newHttpClient();

  @Test
  void theReadyLineTellsWhereItServesAndSigtermEndsItWith0() throws Exception {
    try (Program program = serve(redis.urls())) {
      Matcher ready = ready(program);
      assertEquals(200, get(ready.group(1) + "/v1/keepalive").statusCode());
      assertEquals(200, get(ready.group(2) + "/health/live").statusCode());
      assertEquals(200, get(ready.group(2) + "/health/ready").statusCode());
      assertEquals(404, get(ready.group(1) + "/metrics").statusCode());
      program.terminate();
      assertEquals("", program.out());
      assertFalse(program.err().contains(redis.process().password()), "a password is logged");
      assertEquals(0, program.exitCode());
    }
  }

  @Test
  void everyMetricOfTheContractIsScraped() throws Exception {
    try (Program program = serve(redis.urls())) {
      Matcher ready = ready(program);
      assertEquals(404, get(ready.group(1) + "/none").statusCode());
      assertEquals(200, get(ready.group(1) + "/v1/keepalive").statusCode());
      String metrics = get(ready.group(2) + "/metrics").body();
      for (String name :
          List.of(
              "restante_request_seconds_bucket{",
              "restante_claims_total{",
              "restante_sends_total{",
              "restante_deliveries_total",
              "restante_acks_total",
              "restante_sockets_open{",
              "restante_redis_command_seconds_bucket{",
              "restante_event_loop_lag_seconds_bucket{",
              "restante_refusals_total{code=\"no_such_route\"} 1.0")) {
        assertTrue(metrics.contains("\n" + name), name);
      }
    }
  }

  @Test
  void aPortThatIsTakenIsToldInOneLine() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Program program = serve(redis.urls(), "http.port=" + taken.getLocalPort())) {
      assertFails(program, "cannot listen on 127.0.0.1:" + taken.getLocalPort() + " (http): ");
    }
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Program program = serve(redis.urls(), "management.port=" + taken.getLocalPort())) {
      assertFails(
          program, "cannot listen on 127.0.0.1:" + taken.getLocalPort() + " (management): ");
    }
  }

  @Test
  void aCertificateOrKeyThatIsNoneIsToldInOneLine(@TempDir Path folder) throws Exception {
    Path pem = Files.writeString(folder.resolve("no.pem"), "nothing");
    try (Program program = serve(redis.urls(), "http.tls.cert=" + pem, "http.tls.key=" + pem)) {
      assertFails(program, "http.tls.cert: " + pem + " holds no certificate (expected: PEM)");
    }
    TlsFiles files = TlsFiles.make(folder);
    String cert = files.certificate().toString();
    String key = files.key().toString();
    try (Program program = serve(redis.urls(), "http.tls.cert=" + key, "http.tls.key=" + cert)) {
      assertFails(program, "http.tls.cert: " + key + " holds no certificate, but a private key");
    }
    try (Program program = serve(redis.urls(), "http.tls.cert=" + cert, "http.tls.key=" + cert)) {
      assertFails(program, "http.tls.key: " + cert + " holds no private key, but a certificate");
    }
  }

  @Test
  void aHostWithoutAnAddressIsToldInOneLine() throws Exception {
    try (Program program = serve(redis.urls(), "http.host=no..name")) {
      assertFails(program, "http.host: no..name has no address: ");
    }
  }

  @Test
  void aRedisThatCannotBeReachedIsToldInOneLineWithoutItsPassword() throws Exception {
    // Bound, so that nobody else gets the port meanwhile, but not listening.
    try (Socket held = new Socket()) {
      held.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      int port = held.getLocalPort();
      try (Program program =
          serve("redis://:hunter2@127.0.0.1:" + port, "redis.start-timeout-ms=500")) {
        assertFails(program, "127.0.0.1:" + port);
      }
    }
  }

  @Test
  void aWrongPasswordOfRedisIsToldInOneLine() {
    String url = "redis://:hunter2@127.0.0.1:" + redis.process().port();
    try (Program program = serve(url)) {
      assertFails(program, "password");
    }
  }

  private static Matcher ready(Program program) {
    String line = program.line();
    Matcher ready = READY.matcher(line);
    // Without a line it has ended, and says why.
    assertTrue(ready.matches(), () -> line.isEmpty() ? program.err() : line);
    return ready;
  }

  private static void assertFails(Program program, String reason) {
    assertEquals("", program.out());
    String err = program.err();
    List<String> told = err.lines().filter(line -> line.startsWith("restante: ")).toList();
    assertEquals(1, told.size(), told.toString());
    assertFalse(err.contains("redis lost"), err);
    assertTrue(told.get(0).contains(reason), told.get(0));
    assertFalse(told.get(0).contains("hunter2"), told.get(0));
    assertEquals(1, program.exitCode());
  }

  private static Program serve(String redisUrl, String... sets) {
    List<String> args = new ArrayList<>(List.of("serve"));
    List<String> all =
        new ArrayList<>(
            List.of(
                "http.port=0",
                "management.port=0",
                "log.level=warn",
                "redis.mode=standalone",
                "redis.urls=" + redisUrl,
                "redis.durability=fsync",
                "registration.mode=open"));
    all.addAll(List.of(sets));
    for (String set : all) {
      args.add("--set");
      args.add(set);
    }
    return Program.jar(SHORT_LIVED, args);
  }

  private HttpResponse<String> get(String url) throws Exception {
    return client.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
  }
}
