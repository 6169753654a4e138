package io.restante.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.testing.EventLoop;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoadTest {
  private static final int STILL_MS = 300;
  private final EventLoop loop = new EventLoop();
  private final Claims claims = new Claims(List.of(UUID.randomUUID()), List.of("YTpi"), 0);

  @AfterEach
  void close() {
    loop.close();
  }

  @Test
  void aServerThatStandsStillIsChargedForAllThatWasDueMeanwhile() {
    AtomicInteger requests = new AtomicInteger();
    Load load =
        against(
            request -> {
              if (requests.incrementAndGet() == 1) {
                loop.vertx().setTimer(STILL_MS, id -> request.response().end("late"));
              } else {
                request.response().end();
              }
            },
            1);
    Load.Outcome outcome = loop.await(() -> load.open(STILL_MS, 1_000));
    assertEquals(STILL_MS, outcome.answered());
    // One answer was late, but half of all requests were due in the first half of that time.
    double halfMillis = outcome.latencyNanos().getValueAtPercentile(50) / 1e6;
    assertTrue(halfMillis >= STILL_MS / 4.0, () -> halfMillis + " ms");
  }

  @Test
  void theRateOfTheOpenModelIsTheOneThatWasAskedFor() {
    Load load = against(request -> request.response().end("answer"), 8);
    Load.Outcome outcome = loop.await(() -> load.open(500, 1_000));
    assertTrue(outcome.nanos() >= 499_000_000, () -> outcome.nanos() + " ns");
    assertEquals(500L * "answer".length(), outcome.bodyBytes());
  }

  @Test
  void refusalsAreCountedApart() {
    AtomicInteger requests = new AtomicInteger();
    Load load =
        against(
            request ->
                request
                    .response()
                    .setStatusCode(requests.incrementAndGet() % 4 == 0 ? 503 : 200)
                    .end("x".repeat(100_000)),
            2);
    Load.Outcome outcome = loop.await(() -> load.closed(40));
    assertEquals(30, outcome.answered());
    assertEquals(10, outcome.refused());
    assertEquals(4_000_000, outcome.bodyBytes());
  }

  private Load against(io.vertx.core.Handler<HttpServerRequest> handler, int connections) {
    HttpServer server =
        loop.await(() -> loop.vertx().createHttpServer().requestHandler(handler).listen(0));
    return loop.await(() -> Load.connect(loop.vertx(), server.actualPort(), connections, claims));
  }
}
