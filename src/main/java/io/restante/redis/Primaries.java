package io.restante.redis;

import io.restante.redis.SlotMap.Node;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

/**
 * The primaries and their slots as an event loop's link knows them. Used on that event loop only.
 */
interface Primaries {
  /** Opens what the mode needs, on the current event loop; fails as {@link HeldLink#open} does. */
  static Future<Primaries> open(
      Vertx vertx, RedisConfig config, RedisMetrics metrics, LossGuard guard) {
    return switch (config.mode()) {
      case EMBEDDED, STANDALONE ->
          OnePrimary.open(
              vertx,
              config,
              Whereabouts.fixed(config.url()),
              Future::succeededFuture,
              metrics,
              guard);
      case SENTINEL -> {
        SentinelWatch watch = SentinelWatch.open(vertx, config, metrics);
        yield OnePrimary.open(vertx, config, watch, watch::close, metrics, guard);
      }
      case CLUSTER -> ClusterLink.open(vertx, config, metrics, guard);
    };
  }

  /** The same where nothing is popped. */
  static Future<Primaries> open(Vertx vertx, RedisConfig config, RedisMetrics metrics) {
    return open(vertx, config, metrics, new LossGuard(config, metrics));
  }

  /** The link itself. Closing it ends all that was opened here. */
  HeldLink link();

  /** Which primary has which slot. */
  SlotMap slots();

  /** Where to reach a primary. */
  Whereabouts whereabouts(Node primary);

  /** Calls this whenever the slots are elsewhere. */
  void onChange(Runnable changed);

  /** Asks where the slots are by now; completes, also where nobody could be asked. */
  Future<Void> refresh();

  /** Ends all of it. */
  Future<Void> close();
}
