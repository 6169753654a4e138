package io.restante.push;

import io.restante.redis.LookupKeys;
import io.restante.redis.RedisLink;
import io.restante.redis.RedisScript;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * All pushes that are owed, by the time at which they are due. In Redis, in {@link #SHARDS} sorted
 * sets, so that what one gateway took down another can take up.
 *
 * <p>Every future fails where Redis does not answer; each step can then be repeated.
 */
final class PushQueue {
  /** How many sorted sets: enough that a cluster shares them out. */
  static final int SHARDS = 16;

  /** How many tries are counted; of more it is the last that is told. */
  static final int TRIES_MAX = 1_023;

  private static final RedisScript OWE = RedisScript.load("push/owe");
  private static final RedisScript CLAIM = RedisScript.load("push/claim");
  private static final RedisScript POSTPONE = RedisScript.load("push/postpone");

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

  private final RedisLink link;

  PushQueue(RedisLink link) {
    this.link = link;
  }

  /** The shard of an account. */
  static int shardOf(UUID aci) {
    return Math.floorMod(aci.hashCode(), SHARDS);
  }

  private static String keyOf(OwedPush push) {
    return LookupKeys.pushesDue(shardOf(push.device().aci()));
  }

  /**
   * Takes down what an account's devices are owed; answers how many of them were not owed before.
   */
  Future<Integer> owe(List<OwedPush> pushes, long afterMs) {
    List<Object> args = new ArrayList<>(pushes.size() + 1);
    args.add(afterMs);
    pushes.forEach(push -> args.add(push.text()));
    return link.run(OWE, List.of(keyOf(pushes.get(0))), args).map(PushQueue::number);
  }

  /** Claims what is due in a shard, for as long as the lease. */
  Future<Claim> claim(int shard, int countMax, int leaseMs) {
    return link.run(CLAIM, List.of(LookupKeys.pushesDue(shard)), List.of(countMax, leaseMs))
        .map(PushQueue::decode);
  }

  private static Claim decode(@Nullable Response reply) {
    if (reply == null || reply.size() == 0) {
      throw new IllegalStateException("reply of claim (expected: a list)");
    }
    List<Claimed> claimed = new ArrayList<>();
    for (int i = 1; i < reply.size(); i += 2) {
      claimed.add(
          new Claimed(OwedPush.parse(reply.get(i).toString()), reply.get(i + 1).toInteger()));
    }
    long nextMs = reply.get(0).toLong();
    return new Claim(claimed, nextMs < 0 ? OptionalLong.empty() : OptionalLong.of(nextMs));
  }

  /** Puts a push off; answers whether it is owed still. */
  Future<Boolean> postpone(OwedPush push, long afterMs, int tries) {
    List<Object> args = List.of(push.text(), afterMs, Math.min(TRIES_MAX, tries));
    return link.run(POSTPONE, List.of(keyOf(push)), args).map(reply -> number(reply) == 1);
  }

  /** Takes away what an account's devices are owed no more; answers how many were owed still. */
  Future<Integer> settle(List<OwedPush> pushes) {
    String key = keyOf(pushes.get(0));
    Request request = Request.cmd(Command.ZREM).arg(key);
    pushes.forEach(push -> request.arg(push.text()));
    return link.send(key, request).map(PushQueue::number);
  }

  private static int number(@Nullable Response reply) {
    if (reply == null) {
      throw new IllegalStateException("reply (expected: a number)");
    }
    return reply.toInteger();
  }
}
