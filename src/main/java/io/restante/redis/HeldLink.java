package io.restante.redis;

import io.vertx.core.Future;
import io.vertx.core.Vertx;

/** An event loop's link with all that it holds, whatever the mode of Redis. */
public interface HeldLink extends RedisLink {
  /**
   * Opens the link of the current event loop. Completes once it can be used; fails with {@link
   * RedisStartException} where this Redis cannot be used as it is, or is not reached within {@code
   * redis.start-timeout-ms}.
   */
  static Future<HeldLink> open(
      Vertx vertx, RedisConfig config, RedisMetrics metrics, LossGuard guard) {
    return Primaries.open(vertx, config, metrics, guard).map(Primaries::link);
  }

  /** The same where no other link of this process pops from the same Redis. */
  static Future<HeldLink> open(Vertx vertx, RedisConfig config, RedisMetrics metrics) {
    return open(vertx, config, metrics, new LossGuard(config, metrics));
  }

  /** Ends its connections; whatever is in flight fails. */
  Future<Void> close();
}
