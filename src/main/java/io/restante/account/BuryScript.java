package io.restante.account;

import io.restante.redis.AccountKeys;
import io.restante.redis.RedisLink;
import io.restante.redis.RedisScript;
import io.vertx.core.Future;
import java.util.List;
import java.util.UUID;

/** Runs {@code bury.lua}: takes a tombstone away. */
final class BuryScript {
  private static final RedisScript SCRIPT = RedisScript.load("account/bury");

  private BuryScript() {}

  /** Whether there was a tombstone. */
  static Future<Boolean> run(RedisLink link, UUID aci) {
    return link.run(SCRIPT, List.of(AccountKeys.of(aci).account()), List.of()).map(Replies::isOne);
  }
}
