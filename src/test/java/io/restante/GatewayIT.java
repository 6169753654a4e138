package io.restante;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.testing.EventLoop;
import io.restante.testing.GatewayExtension;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A whole gateway on a real Redis, as an operator sees it. */
final class GatewayIT {
  @RegisterExtension static final GatewayExtension GATEWAY = new GatewayExtension();

  private final HttpClient client = HttpClient.newHttpClient();

  private HttpResponse<String> get(String url) throws Exception {
    return client.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
  }

  @Test
  void answersItsHealthAndTellsMetricsByRoute() throws Exception {
    assertEquals(200, get(GATEWAY.publicUrl() + "/v1/keepalive").statusCode());
    assertEquals(200, get(GATEWAY.managementUrl() + "/health/live").statusCode());
    assertEquals(200, get(GATEWAY.managementUrl() + "/health/ready").statusCode());
    String metrics = get(GATEWAY.managementUrl() + "/metrics").body();
    assertTrue(
        metrics.contains(
            "restante_request_seconds_count{route=\"/v1/keepalive\",status=\"2xx\"} 1"),
        metrics);
    for (String metric :
        new String[] {
          "restante_claims_total", "restante_sends_total", "restante_deliveries_total",
          "restante_acks_total", "restante_sockets_open", "restante_redis_command_seconds",
          "restante_event_loop_lag_seconds"
        }) {
      assertTrue(metrics.contains(metric), metric);
    }
  }

  @Test
  void theProcessTellsOfItself() throws Exception {
    String metrics = get(GATEWAY.managementUrl() + "/metrics").body();
    for (String metric :
        new String[] {
          "restante_build{version=",
          "jvm_memory_used_bytes{",
          "jvm_buffer_memory_used_bytes{id=\"direct\"}",
          "jvm_gc_",
          "jvm_threads_live_threads ",
          "process_cpu_usage ",
          "process_files_open_files ",
          "process_uptime_seconds "
        }) {
      assertTrue(metrics.contains("\n" + metric), metric);
    }
  }

  @Test
  void managementIsNotOnThePublicPort() throws Exception {
    assertEquals(404, get(GATEWAY.publicUrl() + "/metrics").statusCode());
    assertEquals(404, get(GATEWAY.publicUrl() + "/health/ready").statusCode());
  }

  @Test
  void answers503WhileRedisIsAwayAndRecoversByItself() throws Exception {
    String sessions = GATEWAY.publicUrl() + "/v1/verification/session/unknown";
    assertEquals(404, get(sessions).statusCode());
    GATEWAY.redis().process().kill();
    HttpResponse<String> away = get(sessions);
    assertEquals(503, away.statusCode());
    assertTrue(away.headers().firstValue("Retry-After").isPresent());
    GATEWAY.redis().process().start();
    EventLoop.until("the gateway reaches Redis", () -> status(sessions) == 404);
    String ready = GATEWAY.managementUrl() + "/health/ready";
    EventLoop.until("the gateway is ready", () -> status(ready) == 200);
  }

  private int status(String url) {
    try {
      return get(url).statusCode();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
