package io.restante.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.testing.Seeded;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Token buckets against their rate, under concurrency, and with too many of them. */
class BucketsTest {
  private static final long START = -7_000_000_000_000L;
  private static final long HASH = 0x1234_5678_9ABC_DEF0L;

  /** 10 at once, 6 an hour. */
  private static final Rate RATE = Rate.perHour(10, 6);

  private static final long REFILL_MS = 600_000;

  private static long at(long ms) {
    return START + TimeUnit.MILLISECONDS.toNanos(ms);
  }

  private static Buckets buckets(Rate rate, int bucketsMax) {
    return new Buckets(rate, bucketsMax, START);
  }

  private static int takeAll(Buckets buckets, long hash, long nowNanos) {
    int taken = 0;
    while (buckets.take(hash, nowNanos) == 0) {
      taken++;
    }
    return taken;
  }

  @Test
  void aBucketThatNobodyKnowsHoldsItsBurstAndNoMore() {
    Buckets buckets = buckets(RATE, 64);
    assertTrue(buckets.isFull(HASH, at(0)));
    assertEquals(10, takeAll(buckets, HASH, at(0)));
    assertEquals(REFILL_MS, buckets.take(HASH, at(0)));
    assertFalse(buckets.isFull(HASH, at(0)));
  }

  @Test
  void whoAsksHowLongToWaitTakesNothing() {
    Buckets buckets = buckets(RATE, 64);
    for (int i = 0; i < 20; i++) {
      assertEquals(0, buckets.waitMs(HASH, at(0)));
    }
    assertTrue(buckets.isFull(HASH, at(0)));
    assertEquals(10, takeAll(buckets, HASH, at(0)));
    assertEquals(REFILL_MS, buckets.waitMs(HASH, at(0)));
    assertEquals(0, buckets.waitMs(HASH, at(REFILL_MS)));
    assertEquals(0, buckets.take(HASH, at(REFILL_MS)));
  }

  @Test
  void aTokenIsBackAfterItsRefillAndNotBefore() {
    Buckets buckets = buckets(RATE, 64);
    takeAll(buckets, HASH, at(0));
    assertEquals(10, buckets.take(HASH, at(REFILL_MS - 10)));
    assertEquals(0, buckets.take(HASH, at(REFILL_MS)));
    assertEquals(REFILL_MS, buckets.take(HASH, at(REFILL_MS)));
  }

  @Test
  void whatIsLeftAloneIsFullAgainAndNeverMoreThanFull() {
    Buckets buckets = buckets(RATE, 64);
    takeAll(buckets, HASH, at(0));
    assertFalse(buckets.isFull(HASH, at(10 * REFILL_MS - 10)));
    assertTrue(buckets.isFull(HASH, at(10 * REFILL_MS)));
    assertEquals(10, takeAll(buckets, HASH, at(1_000 * REFILL_MS)));
  }

  @Test
  void aRefusalTakesNothing() {
    Buckets buckets = buckets(RATE, 64);
    takeAll(buckets, HASH, at(0));
    for (int i = 0; i < 1_000; i++) {
      buckets.take(HASH, at(i));
    }
    assertEquals(0, buckets.take(HASH, at(REFILL_MS)));
  }

  @Test
  void bucketsOfOthersAreTheirOwn() {
    Buckets buckets = buckets(RATE, 4_096);
    Random random = Seeded.random("bucketsOfOthersAreTheirOwn");
    for (int i = 0; i < 300; i++) {
      assertEquals(10, takeAll(buckets, random.nextLong(), at(0)));
    }
    assertEquals(0, buckets.forgotten());
  }

  @Test
  void manyThreadsTakeABucketsBurstAndNoMore() throws Exception {
    Buckets buckets = buckets(RATE, 64);
    AtomicInteger taken = new AtomicInteger();
    CountDownLatch go = new CountDownLatch(1);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    for (int thread = 0; thread < 8; thread++) {
      threads.execute(
          () -> {
            try {
              go.await();
            } catch (InterruptedException e) {
              return;
            }
            // Every thread meets all 8 buckets of the set, so that they also move together.
            for (int i = 0; i < 4_000; i++) {
              if (buckets.take(i % 8, at(0)) == 0) {
                taken.incrementAndGet();
              }
            }
          });
    }
    go.countDown();
    threads.shutdown();
    assertTrue(threads.awaitTermination(20, TimeUnit.SECONDS));
    assertEquals(80, taken.get());
  }

  @Test
  void aFloodOfNewBucketsDoesNotForgetAnEmptyOne() {
    Buckets buckets = buckets(RATE, 64);
    takeAll(buckets, HASH, at(0));
    Random random = Seeded.random("aFloodOfNewBucketsDoesNotForgetAnEmptyOne");
    for (int i = 0; i < 100_000; i++) {
      assertEquals(0, buckets.take(random.nextLong(), at(1)));
    }
    assertTrue(buckets.take(HASH, at(1)) > 0);
    assertTrue(buckets.forgotten() > 90_000);
  }

  @Test
  void aBucketThatIsFullAgainGivesItsPlaceAwayAndNothingIsForgotten() {
    Buckets buckets = buckets(RATE, 64);
    Random random = Seeded.random("aBucketThatIsFullAgainGivesItsPlaceAway");
    for (int i = 0; i < 10_000; i++) {
      assertEquals(0, buckets.take(random.nextLong(), at(i * REFILL_MS)));
    }
    assertEquals(0, buckets.forgotten());
  }

  @Test
  void whatOthersTookIsTakenHereToo() {
    Buckets buckets = buckets(RATE, 64);
    buckets.raise(HASH, 7 * REFILL_MS, at(0));
    assertEquals(3, takeAll(buckets, HASH, at(0)));
    buckets.raise(HASH, 2 * REFILL_MS, at(0));
    assertEquals(0, takeAll(buckets, HASH, at(0)), "less than is known changes nothing");
    buckets.raise(HASH, Long.MAX_VALUE, at(0));
    assertEquals(31 * REFILL_MS, buckets.take(HASH, at(0)), "a wrong number has an end");
  }
}
