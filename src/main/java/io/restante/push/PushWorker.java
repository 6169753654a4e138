package io.restante.push;

import io.restante.push.PushQueue.Claim;
import io.restante.push.PushQueue.Claimed;
import io.restante.redis.Backoff;
import io.restante.redis.RedisLink;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Brings pushes to their providers, all those of a gateway on one event loop: what its own sends
 * owe, at once, and what is due in the queue, whoever wrote it down. Shards in which nothing is due
 * are asked less and less often.
 */
public final class PushWorker {
  private static final int TICK_MS = 50;
  private static final int CLAIMED_MAX = 64;
  private static final int IDLE_MIN_MS = 250;
  private static final int IDLE_MAX_MS = 5_000;

  /** When a shard is asked next; touched on the worker's event loop only. */
  private static final class Shard {
    long nextAtMs;
    int idleMs = IDLE_MIN_MS;
    boolean asking;
  }

  private final Vertx vertx;
  private final Context context;
  private final PushQueue queue;
  private final PushConfig config;
  private final PushDelivery delivery;
  private final Map<Provider, GuardedSender> senders;
  private final List<Shard> shards = new ArrayList<>();
  private final long timer;
  private final Promise<Void> drained = Promise.promise();
  private int inFlight;

  /** Pushes that claims on their way may bring. */
  private int claiming;

  private boolean closed;

  /**
   * The worker of the current event loop, which begins at once.
   *
   * @param ttlMs how long an envelope waits in its mailbox
   */
  public PushWorker(
      Vertx vertx,
      RedisLink link,
      PushConfig config,
      Map<Provider, PushSender> senders,
      long ttlMs,
      PushMeters meters) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.queue = new PushQueue(link);
    this.config = config;
    this.senders = new EnumMap<>(Provider.class);
    senders.forEach(
        (provider, sender) ->
            this.senders.put(
                provider,
                new GuardedSender(
                    provider, sender, config.inFlightMax(), meters, System::nanoTime)));
    this.delivery =
        new PushDelivery(
            link,
            config,
            this.senders,
            ttlMs,
            meters,
            InstantSource.system(),
            ThreadLocalRandom.current());
    for (int i = 0; i < PushQueue.SHARDS; i++) {
      Shard shard = new Shard();
      // Apart from each other, and from those of other gateways.
      shard.nextAtMs = nowMs() + ThreadLocalRandom.current().nextInt(IDLE_MAX_MS);
      shards.add(shard);
    }
    this.timer = vertx.setPeriodic(TICK_MS, id -> tick());
  }

  private static long nowMs() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }

  /** Takes up pushes at once, which this gateway has a lease of. From any thread. */
  void now(List<OwedPush> owed) {
    context.runOnContext(
        here -> {
          for (OwedPush push : owed) {
            if (room() > 0) {
              bring(push, 0);
            } else {
              // Kept here it could outlast its lease, and go twice.
              queue.postpone(push, 0, 0);
              askWithin(shardOf(push), 0);
            }
          }
        });
  }

  /** Something of an account will be due then. From any thread. */
  void soon(int shard, int afterMs) {
    context.runOnContext(here -> askWithin(shards.get(shard), afterMs));
  }

  private Shard shardOf(OwedPush push) {
    return shards.get(PushQueue.shardOf(push.device().aci()));
  }

  private int room() {
    return closed ? 0 : config.inFlightMax() * senders.size() - inFlight - claiming;
  }

  private void bring(OwedPush push, int tries) {
    inFlight++;
    // A failure leaves it to its lease.
    delivery
        .bring(push, tries)
        .onSuccess(againMs -> againMs.ifPresent(ms -> askWithin(shardOf(push), ms)))
        .onComplete(done -> onBrought());
  }

  private void onBrought() {
    inFlight--;
    if (closed && inFlight == 0) {
      drained.tryComplete();
    }
  }

  private void tick() {
    long now = nowMs();
    for (int i = 0; i < shards.size(); i++) {
      Shard shard = shards.get(i);
      if (!shard.asking && shard.nextAtMs - now <= 0 && room() > 0) {
        ask(i, shard);
      }
    }
  }

  private void ask(int number, Shard shard) {
    shard.asking = true;
    shard.nextAtMs = nowMs() + IDLE_MAX_MS;
    int countMax = Math.min(CLAIMED_MAX, room());
    claiming += countMax;
    queue
        .claim(number, countMax, config.leaseMs())
        .onComplete(
            claim -> {
              claiming -= countMax;
              shard.asking = false;
              if (claim.succeeded() && !closed) {
                take(shard, claim.result());
              }
            });
  }

  private void take(Shard shard, Claim claim) {
    shard.idleMs =
        claim.claimed().isEmpty() ? Math.min(IDLE_MAX_MS, shard.idleMs * 2) : IDLE_MIN_MS;
    askWithin(shard, Backoff.partOf(shard.idleMs, ThreadLocalRandom.current()));
    claim.nextMs().ifPresent(ms -> askWithin(shard, ms));
    for (Claimed claimed : claim.claimed()) {
      bring(claimed.push(), claimed.tries());
    }
  }

  private static void askWithin(Shard shard, long afterMs) {
    long atMs = nowMs() + afterMs;
    if (atMs - shard.nextAtMs < 0) {
      shard.nextAtMs = atMs;
    }
  }

  /**
   * Begins nothing more. Completes when what was begun is finished, or its time is up: then it is
   * left to its lease. From any thread.
   */
  public Future<Void> drain(int timeoutMs) {
    context.runOnContext(
        here -> {
          stop();
          vertx.setTimer(timeoutMs, id -> drained.tryComplete());
          if (inFlight == 0) {
            drained.tryComplete();
          }
        });
    return drained.future();
  }

  private void stop() {
    closed = true;
    vertx.cancelTimer(timer);
  }

  /** Begins nothing more, and ends what was begun, which is left to its lease. */
  public void close() {
    stop();
    senders.values().forEach(GuardedSender::close);
  }
}
