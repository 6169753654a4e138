package io.restante;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class StartClockTest {
  private final AtomicInteger looks = new AtomicInteger();

  private final CompletableFuture<String> never = new CompletableFuture<>();

  /** A second later at each look. */
  private long nanos() {
    return TimeUnit.SECONDS.toNanos(looks.getAndIncrement());
  }

  @Test
  void whatTakesTooLongFailsAndNamesWhatWasWaitedFor() {
    StartClock clock = new StartClock(this::nanos, 0, 3_000);
    clock.waitsFor("the look-up");
    clock.waitsFor("redis at a:1");
    TimeoutException late = assertThrows(TimeoutException.class, () -> clock.await(never));
    assertEquals("not ready within 3000 ms: waited for redis at a:1", late.getMessage());
    assertEquals(4, looks.get());
  }

  @Test
  void whatWasUsedBeforeCounts() {
    StartClock clock = new StartClock(this::nanos, 2_000, 3_000);
    assertThrows(TimeoutException.class, () -> clock.await(never));
    assertEquals(2, looks.get());
  }

  @Test
  void theTimeInWhichRedisLoadsDoesNotCount() {
    StartClock clock = new StartClock(this::nanos, 0, 3_000);
    clock.standsWhile(() -> looks.get() < 30);
    assertThrows(TimeoutException.class, () -> clock.await(never));
    assertEquals(32, looks.get());
  }

  @Test
  void whatCompletesAfterTheLoadingIsGiven() throws Exception {
    StartClock clock = new StartClock(this::nanos, 0, 3_000);
    clock.standsWhile(
        () -> {
          if (looks.get() == 30) {
            never.complete("served");
          }
          return true;
        });
    assertEquals("served", clock.await(never));
  }

  @Test
  void theClockOfTheProcessHasRunSinceThatBegan() {
    CompletableFuture<String> done = CompletableFuture.completedFuture("served");
    StartClock late = StartClock.ofProcess(1);
    assertThrows(TimeoutException.class, () -> late.await(done));
    assertTrue(StartClock.START_MS_MAX < 10_000);
  }
}
