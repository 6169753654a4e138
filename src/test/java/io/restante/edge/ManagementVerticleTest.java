package io.restante.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.restante.testing.EventLoop;
import io.restante.testing.LogTrap;
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
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The management server where what it asks answers late, and where what it is asked is no path. */
@Timeout(30)
final class ManagementVerticleTest {
  private static int serve(EventLoop loop, Map<String, Supplier<Future<Boolean>>> readiness) {
    AtomicInteger port = new AtomicInteger();
    ManagementVerticle server =
        new ManagementVerticle(
            new ManagementConfig("127.0.0.1", 0, null),
            readiness,
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
            () -> Future.succeededFuture(Optional.empty()),
            port::set,
            Future::succeededFuture);
    EventLoop.result(loop.vertx().deployVerticle(server));
    return port.get();
  }

  @Test
  void aPathThatCannotBeReadIsAProblemAndNoAlarm() throws Exception {
    try (EventLoop loop = new EventLoop();
        RawSockets sockets = new RawSockets(serve(loop, Map.of()));
        LogTrap log = LogTrap.open()) {
      String answer = sockets.ask(RawSockets.head("GET /%zz HTTP/1.1", "Connection: close"));
      assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
      assertTrue(answer.contains("\"code\":\"malformed_id\""), answer);
      assertEquals(List.of(), log.alarms());
    }
  }

  @Test
  void aConditionThatIsAnsweredTooLateIsNotMetAndThrowsNothing() throws Exception {
    try (EventLoop loop = new EventLoop()) {
      List<Throwable> uncaught = new CopyOnWriteArrayList<>();
      loop.vertx().exceptionHandler(uncaught::add);
      Promise<Boolean> late = Promise.promise();
      int port = serve(loop, Map.of("late", late::future));

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
