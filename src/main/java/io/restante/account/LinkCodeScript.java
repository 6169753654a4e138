package io.restante.account;

import io.restante.redis.AccountKeys;
import io.restante.redis.RedisLink;
import io.restante.redis.RedisScript;
import io.vertx.core.Future;
import java.util.List;
import java.util.UUID;

/** Runs {@code link-code.lua}: keeps the code of an account. */
final class LinkCodeScript {
  private static final RedisScript SCRIPT = RedisScript.load("account/link-code");

  private LinkCodeScript() {}

  /** Whether there is such an account. */
  static Future<Boolean> run(RedisLink link, UUID aci, String code, int ttlMs) {
    return link.run(SCRIPT, List.of(AccountKeys.of(aci).account()), List.of(code, ttlMs))
        .map(Replies::isOne);
  }
}
