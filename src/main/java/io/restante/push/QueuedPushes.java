package io.restante.push;

import io.restante.mailbox.EnvelopeId;
import io.restante.protocol.DeviceAddress;
import io.restante.redis.RedisLink;
import io.vertx.core.Future;
import java.util.List;

/** Takes down in Redis which pushes are owed. One for each event loop, on its link. */
public final class QueuedPushes implements Pushes {
  private final PushQueue queue;
  private final PushWorker worker;
  private final PushConfig config;
  private final PushMeters meters;

  /** What an event loop owes, brought by the gateway's worker. */
  public QueuedPushes(RedisLink link, PushWorker worker, PushConfig config, PushMeters meters) {
    this.queue = new PushQueue(link);
    this.worker = worker;
    this.config = config;
    this.meters = meters;
  }

  @Override
  public Future<Void> owe(List<OwedPush> owed, When when) {
    if (owed.isEmpty()) {
      return Future.succeededFuture();
    }
    int afterMs = afterMs(when);
    return queue
        .owe(owed, afterMs)
        .onFailure(failure -> meters.unwritten())
        // Taken up also where it could not be written down: it is all that can be done.
        .otherwise(owed.size())
        .map(
            added -> {
              if (added > 0) {
                takeUp(owed, when, afterMs);
              }
              return null;
            });
  }

  private int afterMs(When when) {
    return switch (when) {
      case NOW -> config.leaseMs();
      case UNLESS_ACKED -> config.ackGraceMs();
      case UNLESS_BACK -> config.leaveDelayMs();
    };
  }

  private void takeUp(List<OwedPush> owed, When when, int afterMs) {
    if (when == When.NOW) {
      worker.now(owed);
    } else {
      worker.soon(PushQueue.shardOf(owed.get(0).device().aci()), afterMs);
    }
  }

  /** Envelopes were acked: no push is owed for them. Should it fail, the mailbox tells the same. */
  public void acked(DeviceAddress device, List<EnvelopeId> ids) {
    queue.settle(ids.stream().map(id -> OwedPush.of(device, id)).toList());
  }
}
