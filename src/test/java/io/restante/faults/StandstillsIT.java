package io.restante.faults;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.testing.EventLoop;
import io.restante.testing.RedisProcess;
import java.util.List;
import org.junit.jupiter.api.Test;

class StandstillsIT {
  /** Where whoever asks stands still for a part of it himself, that part or the rest is told. */
  private static final int STILL_MS = 1_300;

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
      new Curtain().pause(STILL_MS);
      long thawed = System.nanoTime();
      redis.thaw();
      List<Standstill> told = standstills.take();
      assertTrue(
          told.stream().anyMatch(each -> each.toNanos() > frozen && each.fromNanos() < thawed),
          told::toString);
      standstills.watch(List.of());
      EventLoop.until("nobody asks it any more", () -> clients(redis) == 1);
    }
  }

  private static long clients(RedisProcess redis) {
    return String.valueOf(redis.ask("CLIENT", "LIST")).lines().count();
  }
}
