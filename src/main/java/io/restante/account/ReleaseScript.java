package io.restante.account;

import io.restante.redis.RedisLink;
import io.restante.redis.RedisScript;
import io.vertx.core.Future;
import java.util.List;
import java.util.UUID;

/** Runs {@code release.lua}: deletes a look-up where it still names an account. */
final class ReleaseScript {
  private static final RedisScript SCRIPT = RedisScript.load("account/release");

  private ReleaseScript() {}

  /** Whether the look-up named the account. */
  static Future<Boolean> run(RedisLink link, String lookup, UUID aci) {
    return link.run(SCRIPT, List.of(lookup), List.of(aci.toString())).map(Replies::isOne);
  }
}
