package io.restante.redis;

import io.restante.protocol.Identity;
import io.restante.redis.RedisConfig.Mode;
import io.restante.testing.RedisCluster;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The promise over failovers of a cluster with {@code redis.durability=replicas}: nothing that was
 * answered is answered again, and the refusals end by themselves. Loss is not made good for ({@code
 * redis.loss-skip} is 0), so only the rounds can keep it.
 */
class ClusterFailoverIT {
  /** A pool of the load, in a slot of the primary that fails. */
  private static final String POOL = AccountKeys.of(new UUID(4, 0)).pool(Identity.ACI, "ec", 1);

  private final RedisCluster redis = new RedisCluster().start();

  @AfterEach
  void close() {
    redis.close();
  }

  private PopsLoad load() {
    // Each primary has a second replica, as one that nobody follows after a failover is not used.
    redis.primaries().forEach(redis::addReplica);
    return new PopsLoad(
        Mode.CLUSTER, redis.urls(), (key, words) -> redis.primaryOf(key).ask(words));
  }

  @Test
  void aKilledPrimaryLeavesNothingThatIsAnsweredTwice() {
    try (PopsLoad load = load()) {
      load.start();
      load.awaitAnswers(500);
      redis.failOver(redis.primaryOf(POOL));
      load.awaitAnswersOf(POOL, 20);
      load.settle();
    }
  }
}
