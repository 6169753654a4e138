package io.restante;

import io.restante.account.Janitor;
import io.restante.push.PushWorker;
import io.restante.redis.HeldLink;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import org.jspecify.annotations.Nullable;

/** The event loop on which a gateway does what no request waits for. */
final class UpkeepVerticle extends VerticleBase {
  private final GatewayParts parts;
  private @Nullable PushWorker worker;

  UpkeepVerticle(GatewayParts parts) {
    this.parts = parts;
  }

  @Override
  public Future<?> start() {
    return EventLoopParts.openLink(parts).onSuccess(this::begin);
  }

  private void begin(HeldLink link) {
    new Janitor(link, parts.revocations(), parts.registry()).begin(vertx);
    parts.push().ifPresent(push -> begin(push, link));
  }

  private void begin(PushParts push, HeldLink link) {
    PushWorker begun =
        new PushWorker(
            vertx,
            link,
            push.config(),
            PushSenders.of(vertx, parts.config()),
            parts.config().mailbox().ttlMs(),
            push.meters());
    worker = begun;
    push.begin(begun);
  }

  @Override
  public Future<?> stop() {
    PushWorker begun = worker;
    if (begun != null) {
      begun.close();
    }
    return Future.succeededFuture();
  }
}
