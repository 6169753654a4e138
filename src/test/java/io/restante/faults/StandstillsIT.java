package io.restante.faults;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.testing.EventLoop;
import io.restante.testing.RedisProcess;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StandstillsIT {
  private static final long STILL_NANOS = TimeUnit.MILLISECONDS.toNanos(900);

  @Test
  void aRedisThatStoodStillIsToldAlsoAfterItWasAway() {
    try (RedisProcess redis = new RedisProcess().start();
        Standstills standstills = new Standstills()) {
      standstills.watch(List.of(redis));
      redis.kill();
      redis.start();
      standstills.take();
      redis.freeze();
      long frozen = System.nanoTime();
      new Curtain().pause(TimeUnit.NANOSECONDS.toMillis(STILL_NANOS));
      redis.thaw();
      // Among others, where the machine stood still as well.
      List<Standstill> told = standstills.take();
      assertTrue(
          told.stream().anyMatch(each -> each.toNanos() - frozen >= STILL_NANOS), told::toString);
      standstills.watch(List.of());
      EventLoop.until("nobody asks it any more", () -> clients(redis) == 1);
    }
  }

  private static long clients(RedisProcess redis) {
    return String.valueOf(redis.ask("CLIENT", "LIST")).lines().count();
  }
}
