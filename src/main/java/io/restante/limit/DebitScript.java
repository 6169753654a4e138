package io.restante.limit;

import io.restante.redis.RedisLink;
import io.restante.redis.RedisScript;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code limit/debit.lua}: its arguments and its reply. */
final class DebitScript {
  private static final RedisScript SCRIPT = RedisScript.load("limit/debit");

  private final RedisLink link;

  DebitScript(RedisLink link) {
    this.link = link;
  }

  /**
   * Takes tokens from the bucket that the gateways share.
   *
   * @return the milliseconds after which all that they took will have come back
   */
  Future<Long> run(String key, Rate rate, int tokens) {
    return link.run(SCRIPT, List.of(key), List.of(tokens * rate.refillTicks() * Rate.TICK_MS))
        .map(DebitScript::decode);
  }

  private static long decode(@Nullable Response reply) {
    if (reply == null) {
      throw new IllegalStateException("limit/debit (expected: a number)");
    }
    return reply.toLong();
  }
}
