package io.restante;

import io.restante.push.PushConfig;
import io.restante.push.PushMeters;
import io.restante.push.PushWorker;
import io.restante.push.QueuedPushes;
import io.restante.redis.RedisLink;
import io.vertx.core.Future;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the event loops of a gateway that pushes share. */
final class PushParts {
  private final PushConfig config;
  private final PushMeters meters;
  private volatile @Nullable PushWorker worker;

  PushParts(PushConfig config, PushMeters meters) {
    this.config = config;
    this.meters = meters;
  }

  PushConfig config() {
    return config;
  }

  PushMeters meters() {
    return meters;
  }

  /** The worker is there, before anything is served. */
  void begin(PushWorker begun) {
    worker = begun;
  }

  /** Finishes what was begun, as far as this time allows. */
  Future<Void> drain(int ms) {
    PushWorker begun = worker;
    return begun == null ? Future.succeededFuture() : begun.drain(ms);
  }

  /** The pushes that one event loop owes. */
  QueuedPushes pushes(RedisLink link) {
    PushWorker begun = Objects.requireNonNull(worker, "the worker has not begun");
    return new QueuedPushes(link, begun, config, meters);
  }
}
