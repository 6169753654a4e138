package io.restante.redis;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private final Backoff backoff = new Backoff(50, 2_000, new Random(1));

  @Test
  void pausesDoubleUpToTheirLimitWithJitter() {
    for (int ceilingMs : new int[] {50, 100, 200, 400, 800, 1_600, 2_000, 2_000, 2_000}) {
      int pauseMs = backoff.nextMs();
      assertTrue(pauseMs >= ceilingMs / 2 && pauseMs <= ceilingMs, ceilingMs + ": " + pauseMs);
    }
  }

  @Test
  void afterAResetItStartsAnew() {
    for (int i = 0; i < 10; i++) {
      backoff.nextMs();
    }
    backoff.reset();
    assertTrue(backoff.nextMs() <= 50);
  }

  @Test
  void theSmallestPauseIsStillAPause() {
    Backoff shortest = new Backoff(1, 1, new Random(1));
    for (int i = 0; i < 100; i++) {
      assertTrue(shortest.nextMs() >= 1);
    }
  }
}
