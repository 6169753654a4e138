package io.restante.bench.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.testing.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeliveriesTest {
  private static final int STILL_MS = 300;
  private final EventLoop loop = new EventLoop();

  @AfterEach
  void close() {
    loop.close();
  }

  /** A way inside this process that takes its time. */
  private static final class SlowWay implements Post {
    private final Vertx vertx;
    private final int storedMs;
    private final List<Long> storedNanos = new ArrayList<>();
    private @Nullable Listener listener;
    private int underWay;
    private int underWayMax;
    private int stillMs;
    private long stillUntilNanos = System.nanoTime();

    /** Its senders know so long after a receipt that a letter was stored. */
    SlowWay(Vertx vertx, int storedMs) {
      this.vertx = vertx;
      this.storedMs = storedMs;
    }

    @Override
    public String name() {
      return "slow";
    }

    @Override
    public Future<Void> connect(Listener given) {
      listener = given;
      return Future.succeededFuture();
    }

    @Override
    public void send(int number) {
      Listener told = listener;
      if (told == null) {
        throw new IllegalStateException("not connected");
      }
      underWay++;
      underWayMax = Math.max(underWayMax, underWay);
      long sentNanos = System.nanoTime();
      if (stillMs > 0) {
        // From its first letter on, however late that comes.
        stillUntilNanos = sentNanos + stillMs * 1_000_000L;
        stillMs = 0;
      }
      long leftMs = Math.max(0, stillUntilNanos - sentNanos) / 1_000_000;
      vertx.setTimer(
          1 + leftMs,
          id -> {
            underWay--;
            told.onReceived(number);
            // Only then, however late that was.
            vertx.setTimer(
                1 + storedMs,
                later -> {
                  storedNanos.add(System.nanoTime() - sentNanos);
                  told.onStored(number);
                });
          });
    }

    @Override
    public Future<Long> waiting() {
      return Future.succeededFuture(0L);
    }

    @Override
    public List<Long> servers() {
      return List.of();
    }

    @Override
    public List<Long> stores() {
      return List.of();
    }

    @Override
    public void close() {}
  }

  private Deliveries over(SlowWay way) {
    return loop.await(() -> Deliveries.connect(loop.vertx(), way));
  }

  @Test
  void aWayThatStandsStillIsChargedForAllThatWasDueMeanwhile() {
    SlowWay way = new SlowWay(loop.vertx(), 0);
    Deliveries deliveries = over(way);
    way.stillMs = STILL_MS;
    Deliveries.Outcome outcome = loop.await(() -> deliveries.open(STILL_MS, 1_000));
    double halfMillis = outcome.latencyNanos().getValueAtPercentile(50) / 1e6;
    assertTrue(halfMillis >= STILL_MS / 4.0, () -> halfMillis + " ms");
    assertTrue(outcome.nanos() >= (STILL_MS - 1) * 1_000_000L, () -> outcome.nanos() + " ns");
  }

  @Test
  void aLateSendIsChargedFromWhenItWasDue() {
    Deliveries deliveries = over(new SlowWay(loop.vertx(), 0));
    Deliveries.Outcome outcome =
        loop.await(
            () -> {
              Future<Deliveries.Outcome> run = deliveries.open(STILL_MS, 1_000);
              // The load itself is held up, as by a collection.
              long until = System.nanoTime() + STILL_MS * 1_000_000L;
              while (System.nanoTime() < until) {
                Thread.onSpinWait();
              }
              return run;
            });
    double halfMillis = outcome.latencyNanos().getValueAtPercentile(50) / 1e6;
    assertTrue(halfMillis >= STILL_MS / 4.0, () -> halfMillis + " ms");
  }

  @Test
  void theClosedModelHasSoManyUnderWayAndEndsWhenSendersKnow() {
    SlowWay way = new SlowWay(loop.vertx(), 20);
    Deliveries deliveries = over(way);
    Deliveries.Outcome outcome = loop.await(() -> deliveries.closed(40, 8));
    assertEquals(40, outcome.delivered());
    assertEquals(8, way.underWayMax);
    // Five rounds, each until its senders know; the latency ends with the receipt.
    assertTrue(outcome.nanos() >= 5 * 20 * 1_000_000L, () -> outcome.nanos() + " ns");
    long halfKnew = way.storedNanos.stream().sorted().skip(20).findFirst().orElseThrow();
    long halfHad = outcome.latencyNanos().getValueAtPercentile(50);
    assertTrue(halfHad < halfKnew - 10 * 1_000_000L, () -> halfHad + " and " + halfKnew + " ns");
  }

  @Test
  void aFailureEndsTheRunAndARepetitionIsCounted() {
    Deliveries deliveries = over(new SlowWay(loop.vertx(), 0));
    Deliveries.Outcome outcome =
        loop.await(
            () -> {
              Future<Deliveries.Outcome> run = deliveries.closed(10, 1);
              deliveries.onReceived(0);
              return run;
            });
    assertEquals(1, outcome.again());
    IllegalStateException failed =
        assertThrows(
            IllegalStateException.class,
            () ->
                loop.await(
                    () -> {
                      Future<Deliveries.Outcome> run = deliveries.closed(10, 1);
                      deliveries.onFailed("a socket ended");
                      return run;
                    }));
    assertEquals("slow: a socket ended", failed.getMessage());
  }
}
