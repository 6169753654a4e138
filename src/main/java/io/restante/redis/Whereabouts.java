package io.restante.redis;

import io.vertx.core.Future;
import java.util.function.Consumer;

/** Where a primary is, which may change. Used on one event loop only. */
interface Whereabouts {
  /** Where it is now, asked before each attempt to connect; fails where nobody can tell. */
  Future<RedisUrl> find();

  /** Calls this whenever it is elsewhere: a connection to where it was must not be used on. */
  void onMove(Consumer<RedisUrl> moved);

  /** A primary that stays where it is. */
  static Whereabouts fixed(RedisUrl url) {
    return new Whereabouts() {
      @Override
      public Future<RedisUrl> find() {
        return Future.succeededFuture(url);
      }

      @Override
      public void onMove(Consumer<RedisUrl> moved) {
        // It never does.
      }
    };
  }
}
