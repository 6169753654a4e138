package io.restante.push;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class CircuitBreakerTest {
  private final CircuitBreaker breaker = new CircuitBreaker();

  private boolean fail(long nowMs) {
    return breaker.admits(nowMs) && breaker.onFailure(nowMs);
  }

  private void open() {
    open(0);
  }

  private void open(long nowMs) {
    for (int i = 1; i < CircuitBreaker.FAILURES_MAX; i++) {
      assertFalse(fail(nowMs));
    }
    assertTrue(fail(nowMs));
  }

  @Test
  void opensAfterSoManyFailuresInARow() {
    for (int i = 1; i < CircuitBreaker.FAILURES_MAX; i++) {
      fail(0);
    }
    breaker.onAnswer();
    open();
    assertFalse(breaker.admits(CircuitBreaker.PAUSE_MIN_MS - 1));
    assertEquals(1, breaker.waitMs(CircuitBreaker.PAUSE_MIN_MS - 1));
  }

  @Test
  void triesOnePushWhenThePauseIsOver() {
    open();
    assertTrue(breaker.admits(CircuitBreaker.PAUSE_MIN_MS));
    assertFalse(breaker.admits(CircuitBreaker.PAUSE_MIN_MS));
    breaker.onAnswer();
    assertTrue(breaker.admits(CircuitBreaker.PAUSE_MIN_MS));
    assertTrue(breaker.admits(CircuitBreaker.PAUSE_MIN_MS));
  }

  @Test
  void waitsTwiceAsLongAfterEachTryUpToALimit() {
    open();
    long now = 0;
    for (int pauseMs = CircuitBreaker.PAUSE_MIN_MS; ; pauseMs *= 2) {
      int expectedMs = Math.min(CircuitBreaker.PAUSE_MAX_MS, pauseMs);
      assertEquals(expectedMs, breaker.waitMs(now));
      assertFalse(breaker.admits(now + expectedMs - 1));
      now += expectedMs;
      assertTrue(fail(now));
      if (pauseMs > 4 * CircuitBreaker.PAUSE_MAX_MS) {
        break;
      }
    }
    now += CircuitBreaker.PAUSE_MAX_MS;
    assertTrue(breaker.admits(now));
    breaker.onAnswer();
    open(now);
    assertEquals(CircuitBreaker.PAUSE_MIN_MS, breaker.waitMs(now));
  }

  @Test
  void failuresOfWhatWasUnderWayDoNotMakeItWaitLonger() {
    open();
    assertFalse(breaker.onFailure(1));
    assertEquals(CircuitBreaker.PAUSE_MIN_MS - 1, breaker.waitMs(1));
  }
}
