package io.restante;

import io.restante.push.PushWorker;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import org.jspecify.annotations.Nullable;

/** The event loop of a gateway on which pushes are brought to their providers. */
final class PushVerticle extends VerticleBase {
  private final GatewayParts parts;
  private final PushParts push;
  private @Nullable PushWorker worker;

  PushVerticle(GatewayParts parts, PushParts push) {
    this.parts = parts;
    this.push = push;
  }

  @Override
  public Future<?> start() {
    return EventLoopParts.openLink(parts)
        .map(
            link -> {
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
              return begun;
            });
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
