package io.restante.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Probe;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.restante.edge.ManagementConfig;
import io.restante.edge.ManagementVerticle;
import io.restante.testing.EventLoop;
import io.vertx.core.Future;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The probes of the pod ask what the management server answers, and mean what they are for. */
@Timeout(30)
final class ProbesTest {
  private final EventLoop loop = new EventLoop();
  private final HttpClient client = HttpClient.newHttpClient();
  private final AtomicInteger port = new AtomicInteger();
  private final AtomicBoolean redisUsable = new AtomicBoolean(true);

  @BeforeEach
  void start() {
    ManagementVerticle server =
        new ManagementVerticle(
            new ManagementConfig("127.0.0.1", 0, null),
            Map.of("redis", () -> Future.succeededFuture(redisUsable.get())),
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
            () -> Future.succeededFuture(Optional.empty()),
            port::set,
            Future::succeededFuture);
    EventLoop.result(loop.vertx().deployVerticle(server));
  }

  @AfterEach
  void stop() {
    loop.close();
  }

  private int status(Probe probe) throws IOException, InterruptedException {
    HTTPGetAction get = probe.getHttpGet();
    assertEquals(new IntOrString("management"), get.getPort());
    URI uri = URI.create("http://127.0.0.1:" + port + get.getPath());
    return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding()).statusCode();
  }

  @ParameterizedTest
  @EnumSource
  void aGatewayThatCanServeIsStartedLiveAndReady(Layer layer) throws Exception {
    Container gateway = new Deployed(layer.read()).gatewayContainer();
    assertEquals(200, status(gateway.getStartupProbe()));
    assertEquals(200, status(gateway.getLivenessProbe()));
    assertEquals(200, status(gateway.getReadinessProbe()));
  }

  @ParameterizedTest
  @EnumSource
  void withoutRedisItIsNotReadyButNotToBeKilled(Layer layer) throws Exception {
    Container gateway = new Deployed(layer.read()).gatewayContainer();
    redisUsable.set(false);
    assertEquals(200, status(gateway.getStartupProbe()));
    assertEquals(200, status(gateway.getLivenessProbe()));
    assertEquals(503, status(gateway.getReadinessProbe()));
  }
}
