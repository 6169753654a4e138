package io.restante.redis;

import io.restante.redis.SlotMap.Node;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One primary at a time has all slots; its connections find it, wherever it is by then. */
final class OnePrimary implements Primaries, HeldLink {
  // Whichever it is.
  private static final SlotMap SLOTS = SlotMap.all(new Node("", 0));

  private final HeldRedisLink link;
  private final Whereabouts where;
  private final Supplier<Future<Void>> closeWatch;

  private OnePrimary(HeldRedisLink link, Whereabouts where, Supplier<Future<Void>> closeWatch) {
    this.link = link;
    this.where = where;
    this.closeWatch = closeWatch;
  }

  /** Opens the link; what tells where the primary is ends with it. */
  static Future<Primaries> open(
      Vertx vertx,
      RedisConfig config,
      Whereabouts where,
      Supplier<Future<Void>> closeWatch,
      RedisMetrics metrics,
      LossGuard guard) {
    return HeldRedisLink.open(vertx, config, where, metrics, guard)
        .<Primaries>map(link -> new OnePrimary(link, where, closeWatch))
        .recover(failure -> closeWatch.get().transform(done -> Future.failedFuture(failure)));
  }

  @Override
  public HeldLink link() {
    return this;
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
  public Future<@Nullable Response> send(String routingKey, Request request) {
    return link.send(routingKey, request);
  }

  @Override
  public Future<@Nullable Response> run(RedisScript script, List<String> keys, List<Object> args) {
    return link.run(script, keys, args);
  }

  @Override
  public boolean popped(Command pop, String list) {
    return link.popped(pop, list);
  }

  @Override
  public boolean isUsable() {
    return link.isUsable();
  }

  @Override
  public Future<Void> close() {
    return Future.join(link.close(), closeWatch.get()).mapEmpty();
  }
}
