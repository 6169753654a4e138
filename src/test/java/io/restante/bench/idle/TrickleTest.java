package io.restante.bench.idle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.testing.EventLoop;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TrickleTest {
  private static final int STILL_MS = 200;
  private static final int PER_SECOND = 200;
  private static final int CALM = 100;
  private static final int SLOW = 100;
  private final EventLoop loop = new EventLoop();

  @AfterEach
  void close() {
    loop.close();
  }

  /** By its number it knows what it is to be, and not by the time at which it comes. */
  private void answer(HttpServerRequest request) {
    boolean isSlow = Integer.parseInt(request.path().substring(1)) >= CALM;
    if (isSlow) {
      loop.vertx().setTimer(STILL_MS, id -> request.response().setStatusCode(503).end());
    } else {
      request.response().end();
    }
  }

  @Test
  void whatWasSlowOrRefusedIsToldOfItsOwnTimeOnly() {
    HttpServer server =
        loop.await(() -> loop.vertx().createHttpServer().requestHandler(this::answer).listen(0));
    Trickle trickle =
        loop.await(
            () ->
                Trickle.start(
                    loop.vertx(),
                    server.actualPort(),
                    number -> Buffer.buffer("GET /" + number + " HTTP/1.1\r\nhost: test\r\n\r\n"),
                    PER_SECOND));
    EventLoop.until(
        "all are answered", () -> part(trickle, 0, CALM + SLOW).requests() >= CALM + SLOW);
    loop.await(() -> trickle.stop(loop.vertx()));

    Trickle.Part calm = part(trickle, 0, CALM);
    Trickle.Part slow = part(trickle, CALM, CALM + SLOW);
    assertEquals(CALM, calm.requests());
    assertEquals(0, calm.refused());
    assertEquals(SLOW, slow.requests());
    assertEquals(SLOW, slow.refused());
    assertTrue(slow.latencyMillis(0) >= STILL_MS);
  }

  private Trickle.Part part(Trickle trickle, int from, int to) {
    return loop.call(() -> trickle.between(trickle.dueNanos(from), trickle.dueNanos(to)));
  }
}
