package io.restante.telemetry;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class EventLoopLagTest {
  private static final long BLOCKED_MS = 300;

  private final Vertx vertx = Vertx.vertx();
  private final MeterRegistry registry = new SimpleMeterRegistry();

  @AfterEach
  void close() {
    vertx.close().await();
  }

  @Test
  void aBlockedEventLoopShowsAsLag() throws Exception {
    Timer lag = Meters.timer(registry, Metric.EVENT_LOOP_LAG);
    CompletableFuture<Double> worstMs = new CompletableFuture<>();
    vertx.runOnContext(
        nothing -> {
          EventLoopLag.start(vertx, registry);
          long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(BLOCKED_MS);
          while (System.nanoTime() < end) {
            Thread.onSpinWait();
          }
          vertx.setPeriodic(
              10,
              id -> {
                if (lag.count() > 0) {
                  worstMs.complete(lag.max(TimeUnit.MILLISECONDS));
                }
              });
        });
    double max = worstMs.get(20, TimeUnit.SECONDS);
    assertTrue(max >= BLOCKED_MS - EventLoopLag.PERIOD_MS - 20, "lag " + max + " ms");
  }

  @Test
  void itMeasuresOnlyAnEventLoop() {
    assertThrows(IllegalStateException.class, () -> EventLoopLag.start(vertx, registry));
  }
}
