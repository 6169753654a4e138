package io.restante.redis;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Tasks that gateways owe, each due at its time, which any of them can take up: what one wrote down
 * survives it. A claim is a lease; whoever claims a task settles it, puts it off, or dies and so
 * leaves it to the next.
 *
 * <p>A queue is one or more sorted sets, named by {@link LookupKeys}. Every future fails where
 * Redis does not answer; each step can then be repeated. Used only from the event loop of its link.
 */
public final class DueQueue {
  /** How many tries are counted; of more it is this that is told. */
  public static final int TRIES_MAX = 1_023;

  private static final RedisScript OWE = RedisScript.load("redis/owe");
  private static final RedisScript CLAIM = RedisScript.load("redis/claim");
  private static final RedisScript POSTPONE = RedisScript.load("redis/postpone");

  /**
   * A task that was claimed.
   *
   * @param tries how often it was tried before
   */
  public record Claimed(String task, int tries) {}

  /**
   * What was claimed.
   *
   * @param nextMs until the next task is due, empty where there is none
   */
  public record Claim(List<Claimed> claimed, OptionalLong nextMs) {}

  private final RedisLink link;

  /** All queues behind this link. */
  public DueQueue(RedisLink link) {
    this.link = link;
  }

  /** Writes tasks down; answers how many were not owed before. */
  public Future<Integer> owe(String queue, List<String> tasks, long afterMs) {
    List<Object> args = new ArrayList<>(tasks.size() + 1);
    args.add(afterMs);
    args.addAll(tasks);
    return link.run(OWE, List.of(queue), args).map(DueQueue::number);
  }

  /** Claims tasks that are due, for as long as the lease. */
  public Future<Claim> claim(String queue, int countMax, int leaseMs) {
    return link.run(CLAIM, List.of(queue), List.of(countMax, leaseMs)).map(DueQueue::decode);
  }

  private static Claim decode(@Nullable Response reply) {
    if (reply == null || reply.size() == 0) {
      throw new IllegalStateException("reply of claim (expected: a list)");
    }
    List<Claimed> claimed = new ArrayList<>();
    for (int i = 1; i < reply.size(); i += 2) {
      claimed.add(new Claimed(reply.get(i).toString(), reply.get(i + 1).toInteger()));
    }
    long nextMs = reply.get(0).toLong();
    return new Claim(claimed, nextMs < 0 ? OptionalLong.empty() : OptionalLong.of(nextMs));
  }

  /** Puts a task off; answers whether it is owed still. */
  public Future<Boolean> postpone(String queue, String task, long afterMs, int tries) {
    List<Object> args = List.of(task, afterMs, Math.min(TRIES_MAX, tries));
    return link.run(POSTPONE, List.of(queue), args).map(reply -> number(reply) == 1);
  }

  /** Takes tasks away; answers how many were owed still. */
  public Future<Integer> settle(String queue, List<String> tasks) {
    Request request = Request.cmd(Command.ZREM).arg(queue);
    tasks.forEach(request::arg);
    return link.send(queue, request).map(DueQueue::number);
  }

  private static int number(@Nullable Response reply) {
    if (reply == null) {
      throw new IllegalStateException("reply (expected: a number)");
    }
    return reply.toInteger();
  }
}
