package io.restante.redis;

import io.restante.redis.SlotMap.Node;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

/**
 * The primaries and their slots as an event loop's link knows them. Used on that event loop only.
 */
interface Primaries {
  /** Opens the link of the current event loop; fails as {@link HeldRedisLink#open} does. */
  static Future<Primaries> open(Vertx vertx, RedisConfig config, RedisMetrics metrics) {
    Whereabouts where = Whereabouts.fixed(config.url());
    return HeldRedisLink.open(vertx, config, where, metrics)
        .map(link -> new OnePrimary(link, where));
  }

  /** The link itself. */
  RedisLink link();

  /** Which primary has which slot. */
  SlotMap slots();

  /** Where to reach a primary. */
  Whereabouts whereabouts(Node primary);

  /** Calls this whenever the slots are elsewhere. */
  void onChange(Runnable changed);

  /** Asks where the slots are by now; completes, also where nobody could be asked. */
  Future<Void> refresh();

  /** Ends the link. */
  Future<Void> close();
}
