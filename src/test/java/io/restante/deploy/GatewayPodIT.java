package io.restante.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Probe;
import io.restante.testing.EventLoop;
import io.restante.testing.RedisProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The jar in the environment of the pod, beside a Redis as the dev overlay has it. */
@Timeout(120)
final class GatewayPodIT {
  private static final Path LOG = Path.of("target/gateway-pod.log");
  private static final int END_SECONDS_MAX = 60;
  private static final Pattern READY =
      Pattern.compile("ready public=http://\\S+ management=(http://\\S+)");
  private static final Pattern TYPE = Pattern.compile("# TYPE (restante_\\w+) (\\w+)");
  private static final Map<String, String> KINDS =
      Map.of("counter", "counter", "gauge", "gauge", "histogram", "timer");

  private final Deployed base = new Deployed(Layer.BASE_FILES.read());
  private final Container container = base.gatewayContainer();
  private final HttpClient client = HttpClient.newHttpClient();
  private final RedisProcess redis = DevRedis.start();
  private @Nullable Process gateway;
  private String management = "";

  @BeforeEach
  void start() throws IOException {
    ProcessBuilder java =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-jar",
            System.getProperty("restante.jar", "target/restante.jar"),
            "serve");
    java.environment().keySet().removeIf(name -> name.startsWith("RESTANTE_"));
    java.environment().putAll(base.gatewayEnvironment());
    java.environment()
        .putAll(
            Map.of(
                "RESTANTE_HTTP_HOST", "127.0.0.1",
                "RESTANTE_HTTP_PORT", "0",
                "RESTANTE_MANAGEMENT_HOST", "127.0.0.1",
                "RESTANTE_MANAGEMENT_PORT", "0",
                "RESTANTE_REDIS_URLS", redis.url()));
    Process started = java.redirectError(LOG.toFile()).start();
    gateway = started;
    String line = String.valueOf(started.inputReader(UTF_8).readLine());
    Matcher ready = READY.matcher(line);
    assertTrue(ready.matches(), () -> line + '\n' + log());
    management = ready.group(1);
  }

  private String log() {
    return Layer.text(LOG);
  }

  @AfterEach
  void end() {
    if (gateway != null) {
      gateway.destroyForcibly();
    }
    redis.close();
  }

  private HttpResponse<String> get(String path) {
    HttpRequest request = HttpRequest.newBuilder(URI.create(management + path)).build();
    try {
      return client.send(request, BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private int status(Probe probe) {
    return get(probe.getHttpGet().getPath()).statusCode();
  }

  @Test
  void itsProbesFollowRedisAndItEndsWell() throws Exception {
    EventLoop.until("ready", () -> status(container.getReadinessProbe()) == 200);
    assertEquals(200, status(container.getStartupProbe()));
    redis.stop();
    EventLoop.until("not ready", () -> status(container.getReadinessProbe()) == 503);
    assertEquals(200, status(container.getLivenessProbe()));
    redis.start();
    EventLoop.until("ready again", () -> status(container.getReadinessProbe()) == 200);
    Process running = Objects.requireNonNull(gateway);
    running.destroy();
    // It ends itself with another code where it takes longer than it may.
    assertTrue(running.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS), "it has not ended");
    assertEquals(0, running.exitValue(), this::log);
  }

  @Test
  void itsMetricsAreOfTheKindsThatAreDocumented() {
    String documented = Layer.text(Path.of("docs/operations.md"));
    List<MatchResult> types =
        TYPE.matcher(get("/metrics").body())
            .results()
            .filter(type -> !type.group(1).endsWith("_max"))
            .toList();
    assertTrue(types.size() >= 5, types::toString);
    for (MatchResult type : types) {
      // Only the unit tells a timer's histogram from one of other numbers.
      boolean counts = type.group(2).equals("histogram") && !type.group(1).endsWith("_seconds");
      String kind = counts ? "distribution" : KINDS.get(type.group(2));
      String row = "| `" + type.group(1) + "` | " + kind + " |";
      assertTrue(documented.contains(row), row);
    }
  }
}
