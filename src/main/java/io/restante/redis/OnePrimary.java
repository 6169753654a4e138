package io.restante.redis;

import io.restante.redis.SlotMap.Node;
import io.vertx.core.Future;

/** One primary at a time has all slots; its connections find it, wherever it is by then. */
final class OnePrimary implements Primaries {
  // Whichever it is.
  private static final SlotMap SLOTS = SlotMap.all(new Node("", 0));

  private final HeldRedisLink link;
  private final Whereabouts where;

  OnePrimary(HeldRedisLink link, Whereabouts where) {
    this.link = link;
    this.where = where;
  }

  @Override
  public RedisLink link() {
    return link;
  }

  @Override
  public SlotMap slots() {
    return SLOTS;
  }

  @Override
  public Whereabouts whereabouts(Node primary) {
    return where;
  }

  @Override
  public void onChange(Runnable changed) {
    // It has all slots for ever.
  }

  @Override
  public Future<Void> refresh() {
    return Future.succeededFuture();
  }

  @Override
  public Future<Void> close() {
    return link.close();
  }
}
