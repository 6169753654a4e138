package io.restante.prekey;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.protocol.EcPrekey;
import io.restante.testing.EventLoop;
import io.restante.testing.RedisServerExtension;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The promise over a crash of Redis, with durability {@code fsync}. */
class RedisCrashIT {
  @RegisterExtension static final RedisServerExtension redis = new RedisServerExtension();
  private static final int KEYS = 100;
  private static final int ROUNDS = 4;

  private final PoolBed bed = new PoolBed(redis);

  @BeforeEach
  void register() {
    bed.addDevice(1);
  }

  @AfterEach
  void close() {
    bed.close();
  }

  @Test
  void noKeyIsServedTwiceOverCrashesInTheMiddleOfClaimsAndRepeatedUploads() {
    List<EcPrekey> ecs = bed.keys.ecs(0, KEYS);
    bed.upload(1, bed.whole(ecs, List.of()));
    List<String> served = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      List<Future<ClaimResult>> inFlight = startClaims();
      EventLoop.until("one is served", () -> inFlight.stream().anyMatch(Future::isComplete));
      redis.process().kill();
      EventLoop.until("all ended", () -> inFlight.stream().allMatch(Future::isComplete));
      inFlight.stream()
          .filter(Future::succeeded)
          .map(claim -> PoolBed.ecKey(PoolBed.onlyDevice(claim.result())))
          .filter(Objects::nonNull)
          .forEach(served::add);
      // Where all were served before the crash, nothing has told the link yet.
      EventLoop.until("the crash is noticed", () -> !bed.loop.call(() -> bed.link.isUsable()));
      redis.process().start();
      EventLoop.until("usable", () -> bed.loop.call(() -> bed.link.isUsable()));
      bed.upload(1, bed.oneTime(ecs, List.of()));
    }
    served.addAll(bed.drain(1));
    assertEquals(served.size(), new HashSet<>(served).size());
    assertTrue(Set.copyOf(PoolBed.texts(ecs)).containsAll(served));
    assertTrue(served.size() > KEYS / 2, served.size() + " keys were served");
  }

  /** A few at a time, so that some are served before the crash and some are cut off by it. */
  private List<Future<ClaimResult>> startClaims() {
    return bed.loop.call(
        () -> {
          List<Future<ClaimResult>> claims = new ArrayList<>();
          for (int i = 0; i < KEYS / 10; i++) {
            claims.add(bed.store.claim(bed.target(1), PoolBed.ANYONE));
          }
          return claims;
        });
  }
}
