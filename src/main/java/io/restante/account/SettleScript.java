package io.restante.account;

import io.restante.redis.AccountKeys;
import io.restante.redis.RedisLink;
import io.restante.redis.RedisScript;
import io.vertx.core.Future;
import java.util.List;
import java.util.UUID;

/** Runs {@code settle.lua}: which PNI an account has or is going to have. */
final class SettleScript {
  private static final RedisScript SCRIPT = RedisScript.load("account/settle");

  private SettleScript() {}

  /** Settles a PNI, or meets a tombstone. */
  static Future<LookupNames> run(RedisLink link, UUID aci, UUID candidate, int pendingSeconds) {
    return link.run(
            SCRIPT,
            List.of(AccountKeys.of(aci).account()),
            new ScriptArguments().add(candidate.toString(), pendingSeconds).all())
        .map(LookupNames::of);
  }
}
