package io.restante.bench.idle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.testing.EventLoop;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TrickleTest {
  private static final int STILL_MS = 200;
  private final EventLoop loop = new EventLoop();

  @AfterEach
  void close() {
    loop.close();
  }

  @Test
  void whatWasSlowOrRefusedIsToldOfItsOwnTimeOnly() {
    AtomicBoolean still = new AtomicBoolean();
    HttpServer server =
        loop.await(
            () ->
                loop.vertx()
                    .createHttpServer()
                    .requestHandler(
                        request -> {
                          if (still.get()) {
                            loop.vertx()
                                .setTimer(
                                    STILL_MS, id -> request.response().setStatusCode(503).end());
                          } else {
                            request.response().end();
                          }
                        })
                    .listen(0));
    Buffer request = Buffer.buffer("GET / HTTP/1.1\r\nhost: test\r\n\r\n");
    Trickle trickle =
        loop.await(() -> Trickle.start(loop.vertx(), server.actualPort(), number -> request, 200));
    rest();
    long begin = System.nanoTime();
    rest();
    still.set(true);
    long middle = System.nanoTime();
    rest();
    long end = System.nanoTime();
    still.set(false);
    loop.await(() -> trickle.stop(loop.vertx()));

    Trickle.Part calm = trickle.between(begin, middle - TimeUnit.MILLISECONDS.toNanos(50));
    Trickle.Part slow = trickle.between(middle, end);
    assertEquals(0, calm.refused());
    assertTrue(slow.requests() >= 80, () -> slow.requests() + " requests");
    assertEquals(slow.requests(), slow.refused());
    assertTrue(slow.latencyMillis(50) >= STILL_MS);
  }

  private void rest() {
    loop.await(() -> loop.vertx().timer(500, TimeUnit.MILLISECONDS));
  }
}
