package io.restante.redis;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's held, pipelined connection to Redis. Commands sent in one tick leave in one
 * write. Used only from its event loop.
 *
 * <p>Every future fails with {@link io.restante.protocol.GatewayException} ({@code
 * REDIS_UNAVAILABLE}) where Redis is away, refuses to write or does not answer within {@code
 * redis.timeout-ms}; whether the command ran is then unknown. Nothing is ever sent twice.
 */
public interface RedisLink {
  /**
   * Sends one command.
   *
   * @param routingKey a key in the slot of the command, which names the node to ask
   * @return the reply, null for nil
   */
  Future<@Nullable Response> send(String routingKey, Request request);

  /**
   * Runs a script by its digest, and by its text where the node does not know it yet.
   *
   * @param keys all in one slot
   * @param args strings, numbers or byte arrays
   * @return the reply, null for nil
   */
  Future<@Nullable Response> run(RedisScript script, List<String> keys, List<Object> args);

  /** Whether a command sent now would reach any primary: connected, and durable as configured. */
  boolean isUsable();

  /** The same of the one primary that has this key. */
  default boolean isUsable(String routingKey) {
    return isUsable();
  }

  /**
   * Tells that a script's answer has an entry which it popped from a list of one-time entries, so
   * that it is not handed out again where a later primary does not know of that. The link notices
   * plain pops by itself.
   *
   * @param pop from which end: {@code LPOP} or {@code RPOP}
   * @return false where the entry must reach nobody, as another primary has taken over
   */
  default boolean popped(Command pop, String list) {
    return true;
  }
}
