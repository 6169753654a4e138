package io.restante.prekey;

import io.restante.limit.BucketHash;
import io.restante.limit.Buckets;
import io.restante.limit.Rate;
import io.restante.protocol.DeviceAddress;
import io.restante.protocol.Identity;
import io.restante.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Watches the pools that claims take from, and announces the devices of which one is low. One for
 * each event loop. Lengths are asked for together, a moment after the claims, and of a pool that is
 * far from low only after an eighth of the claims that would make it so; a claim that finds its
 * pool empty always asks. Nobody waits for it, and where Redis fails the next claim asks again.
 */
public final class StockWatch implements ClaimListener {
  /** From the first claim of which the pool is to be asked for until it is. */
  static final int FLUSH_MS = 100;

  /** Pools asked for at a time; of more, the next claim asks. */
  static final int POOLS_MAX = 1_000;

  private static final int REMEMBERED_MAX = 1 << 14;

  /** With so many gateways the pool may at most be empty before one of them has asked. */
  private static final int GAP_PART = 8;

  /**
   * What all event loops of a gateway share.
   *
   * @param announced a bucket of one token for each device, so that it is announced once in its
   *     interval
   */
  public record Shared(
      LowStockConfig config, BucketHash hash, Buckets announced, LongSupplier nanos) {
    private static final int ANNOUNCED_MAX = 1 << 16;

    /** At the start nothing is announced. */
    public static Shared of(LowStockConfig config, LongSupplier nanos) {
      Rate once = Rate.every(1, config.intervalMs());
      return new Shared(
          config, new BucketHash(), new Buckets(once, ANNOUNCED_MAX, nanos.getAsLong()), nanos);
    }
  }

  /** A pool from which a claim took. */
  private record Claimed(DeviceAddress owner, Identity identity, Pool pool, long hash) {}

  private final Vertx vertx;
  private final PoolCounts counts;
  private final Shared shared;
  private final PrekeyMetrics metrics;
  private final Consumer<DeviceAddress> news;
  private final SampleGaps gaps = new SampleGaps(REMEMBERED_MAX);
  private Map<Long, Claimed> waiting = new HashMap<>();

  /**
   * A watch over claims.
   *
   * @param news hears of each device of which a pool is low
   */
  public StockWatch(
      Vertx vertx,
      RedisLink link,
      Shared shared,
      PrekeyMetrics metrics,
      Consumer<DeviceAddress> news) {
    this.vertx = vertx;
    this.counts = new PoolCounts(link);
    this.shared = shared;
    this.metrics = metrics;
    this.news = news;
  }

  @Override
  public void onClaimed(DeviceAddress owner, Identity identity, Pool pool, PoolOutcome outcome) {
    // A device of earlier generations has no such keys at all.
    if (outcome == PoolOutcome.EMPTY && pool.equals(Pool.KEM)) {
      return;
    }
    UUID account = owner.aci();
    long hash =
        shared
            .hash()
            .of(
                account.getMostSignificantBits(),
                account.getLeastSignificantBits(),
                owner.device(),
                identity.wireName().hashCode(),
                pool.name().hashCode());
    boolean asks = outcome != PoolOutcome.ONE_TIME || gaps.isDue(hash);
    if (!asks || waiting.size() >= POOLS_MAX) {
      return;
    }
    if (waiting.isEmpty()) {
      vertx.setTimer(FLUSH_MS, id -> flush());
    }
    waiting.putIfAbsent(hash, new Claimed(owner, identity, pool, hash));
  }

  private void flush() {
    Map<Long, Claimed> all = waiting;
    waiting = new HashMap<>();
    all.values().forEach(this::ask);
  }

  private void ask(Claimed claimed) {
    counts
        .outsideReserve(claimed.owner(), claimed.identity(), claimed.pool())
        .compose(
            outside ->
                // The reserve is asked for only where it makes a difference.
                outside >= shared.config().threshold()
                    ? Future.succeededFuture(outside)
                    : counts
                        .reserve(claimed.owner(), claimed.identity(), claimed.pool())
                        .map(reserve -> outside + reserve))
        .onSuccess(left -> found(claimed, left));
  }

  private void found(Claimed claimed, int left) {
    int threshold = shared.config().threshold();
    metrics.left(claimed.pool(), left);
    gaps.set(claimed.hash(), (left - threshold) / GAP_PART);
    if (left >= threshold) {
      return;
    }
    DeviceAddress owner = claimed.owner();
    UUID account = owner.aci();
    long device =
        shared
            .hash()
            .of(
                account.getMostSignificantBits(),
                account.getLeastSignificantBits(),
                owner.device());
    if (shared.announced().take(device, shared.nanos().getAsLong()) == 0) {
      news.accept(owner);
    }
  }
}
