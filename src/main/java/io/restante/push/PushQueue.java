package io.restante.push;

import io.restante.redis.DueQueue;
import io.restante.redis.LookupKeys;
import io.restante.redis.RedisLink;
import io.vertx.core.Future;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * All pushes that are owed, by the time at which they are due: {@link #SHARDS} queues, so that a
 * cluster shares them out.
 */
final class PushQueue {
  /** How many queues. */
  static final int SHARDS = 16;

  /**
   * A push that was claimed.
   *
   * @param tries how often it was tried before
   */
  record Claimed(OwedPush push, int tries) {}

  /**
   * What was claimed of a shard.
   *
   * @param nextMs until the next is due, empty where the shard is
   */
  record Claim(List<Claimed> claimed, OptionalLong nextMs) {}

  private final DueQueue queue;

  PushQueue(RedisLink link) {
    this.queue = new DueQueue(link);
  }

  /** The shard of an account. */
  static int shardOf(UUID aci) {
    return Math.floorMod(aci.hashCode(), SHARDS);
  }

  private static String keyOf(OwedPush push) {
    return LookupKeys.pushesDue(shardOf(push.device().aci()));
  }

  /**
   * Writes down what an account's devices are owed; answers how many of them were not owed before.
   */
  Future<Integer> owe(List<OwedPush> pushes, long afterMs) {
    return queue.owe(keyOf(pushes.get(0)), texts(pushes), afterMs);
  }

  /** Claims what is due in a shard, for as long as the lease. */
  Future<Claim> claim(int shard, int countMax, int leaseMs) {
    return queue
        .claim(LookupKeys.pushesDue(shard), countMax, leaseMs)
        .map(
            claim ->
                new Claim(claim.claimed().stream().map(PushQueue::read).toList(), claim.nextMs()));
  }

  private static Claimed read(DueQueue.Claimed claimed) {
    return new Claimed(OwedPush.parse(claimed.task()), claimed.tries());
  }

  /** Puts a push off; answers whether it is owed still. */
  Future<Boolean> postpone(OwedPush push, long afterMs, int tries) {
    return queue.postpone(keyOf(push), push.text(), afterMs, tries);
  }

  /** Takes away what an account's devices are owed no more; answers how many were owed still. */
  Future<Integer> settle(List<OwedPush> pushes) {
    return queue.settle(keyOf(pushes.get(0)), texts(pushes));
  }

  private static List<String> texts(List<OwedPush> pushes) {
    return pushes.stream().map(OwedPush::text).toList();
  }
}
