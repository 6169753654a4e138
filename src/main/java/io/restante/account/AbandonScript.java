package io.restante.account;

import io.restante.protocol.Handle;
import io.restante.redis.AccountKeys;
import io.restante.redis.RedisLink;
import io.restante.redis.RedisScript;
import io.vertx.core.Future;
import java.util.List;
import java.util.UUID;

/** Runs {@code abandon.lua}: gives up an account that was never written. */
final class AbandonScript {
  private static final RedisScript SCRIPT = RedisScript.load("account/abandon");

  private AbandonScript() {}

  /** The look-ups to be released, or the PNI of an account that is not to be given up. */
  static Future<LookupNames> run(RedisLink link, UUID aci, Handle handle) {
    return link.run(
            SCRIPT,
            List.of(AccountKeys.of(aci).account()),
            List.of(handle.text(), Deletion.TOMBSTONE_SECONDS))
        .map(LookupNames::of);
  }
}
