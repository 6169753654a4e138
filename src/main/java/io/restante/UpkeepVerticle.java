package io.restante;

import io.restante.account.Janitor;
import io.restante.push.Provider;
import io.restante.push.PushSender;
import io.restante.push.PushWorker;
import io.restante.redis.HeldLink;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.Map;
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
    return EventLoopParts.openLink(parts)
        .compose(
            link -> {
              new Janitor(link, parts.revocations(), parts.registry()).begin(vertx);
              return parts.push().map(push -> begin(push, link)).orElseGet(Future::succeededFuture);
            });
  }

  private Future<Void> begin(PushParts push, HeldLink link) {
    return PushSenders.open(vertx, parts.config(), parts.webPush())
        .map(
            senders -> {
              begin(push, link, senders);
              return null;
            });
  }

  private void begin(PushParts push, HeldLink link, Map<Provider, PushSender> senders) {
    PushWorker begun =
        new PushWorker(
            vertx, link, push.config(), senders, parts.config().mailbox().ttlMs(), push.meters());
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
