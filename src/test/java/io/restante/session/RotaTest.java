package io.restante.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.testing.EventLoop;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RotaTest {
  private static final int PERIOD_MS = 400;
  private static final int SESSIONS = 40;

  private final EventLoop loop = new EventLoop();
  private final AtomicIntegerArray done = new AtomicIntegerArray(SESSIONS);
  private final Rota rota = loop.call(() -> new Rota(loop.vertx(), PERIOD_MS));

  @AfterEach
  void close() {
    loop.close();
  }

  private Rota.Place join(int session) {
    return loop.call(() -> rota.join(() -> done.incrementAndGet(session)));
  }

  private void awaitAll(int from, int times) {
    EventLoop.until(
        "all have had " + times,
        () -> IntStream.range(from, SESSIONS).allMatch(session -> done.get(session) >= times));
  }

  @Test
  void eachHasItsTurnOnceInAPeriod() {
    // All within one turn: who joins a period later is a turn behind.
    loop.call(
        () ->
            IntStream.range(0, SESSIONS)
                .mapToObj(session -> rota.join(() -> done.incrementAndGet(session)))
                .toList());
    awaitAll(0, 3);
    int[] counts = loop.call(() -> IntStream.range(0, SESSIONS).map(done::get).toArray());
    int most = Arrays.stream(counts).max().orElseThrow();
    int fewest = Arrays.stream(counts).min().orElseThrow();
    assertTrue(most - fewest <= 1, () -> Arrays.toString(counts));
  }

  @Test
  void whoLeavesHasNoneAnyMore() {
    Rota.Place first = join(0);
    IntStream.range(1, SESSIONS).forEach(this::join);
    awaitAll(0, 1);
    int had =
        loop.call(
            () -> {
              first.leave();
              return done.get(0);
            });
    awaitAll(1, done.get(1) + 2);
    assertEquals(had, done.get(0));
  }

  @Test
  void oneThatFailsKeepsNoneFromItsTurn() {
    loop.call(
        () ->
            IntStream.range(0, 20)
                .mapToObj(
                    i ->
                        rota.join(
                            () -> {
                              throw new IllegalStateException("on purpose");
                            }))
                .toList());
    IntStream.range(0, SESSIONS).forEach(this::join);
    awaitAll(0, 2);
  }
}
