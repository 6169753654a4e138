package io.restante.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.restante.testing.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The management server where what it asks answers late. */
@Timeout(30)
final class ManagementVerticleTest {
  @Test
  void aConditionThatIsAnsweredTooLateIsNotMetAndThrowsNothing() throws Exception {
    try (EventLoop loop = new EventLoop()) {
      List<Throwable> uncaught = new CopyOnWriteArrayList<>();
      loop.vertx().exceptionHandler(uncaught::add);
      Promise<Boolean> late = Promise.promise();
      AtomicInteger port = new AtomicInteger();
      ManagementVerticle server =
          new ManagementVerticle(
              new ManagementConfig("127.0.0.1", 0, null),
              Map.of("late", late::future),
              new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
              () -> Future.succeededFuture(Optional.empty()),
              port::set,
              Future::succeededFuture);
      EventLoop.result(loop.vertx().deployVerticle(server));

      URI ready = URI.create("http://127.0.0.1:" + port + "/health/ready");
      HttpClient client = HttpClient.newHttpClient();
      int status =
          client
              .send(HttpRequest.newBuilder(ready).build(), BodyHandlers.discarding())
              .statusCode();
      loop.call(() -> late.tryComplete(true));

      assertEquals(503, status);
      assertEquals(List.of(), uncaught);
    }
  }
}
