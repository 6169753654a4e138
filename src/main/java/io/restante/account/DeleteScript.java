package io.restante.account;

import io.restante.redis.AccountKeys;
import io.restante.redis.LookupKeys;
import io.restante.redis.RedisLink;
import io.restante.redis.RedisScript;
import io.vertx.core.Future;
import java.util.List;
import java.util.UUID;

/** Runs {@code delete.lua}: everything of an account goes, a tombstone stays. */
final class DeleteScript {
  private static final RedisScript SCRIPT = RedisScript.load("account/delete");

  private DeleteScript() {}

  /** Deletes an account. */
  static Future<LookupNames> run(RedisLink link, UUID aci, int tombstoneSeconds) {
    AccountKeys keys = AccountKeys.of(aci);
    ScriptArguments arguments =
        new ScriptArguments()
            .add(keys.tag(), tombstoneSeconds, aci.toString(), LookupKeys.revoked())
            .addRest(AccountKeys.ofDevice())
            .addRest(AccountKeys.outlivingDevice());
    return link.run(
            SCRIPT, List.of(keys.account(), keys.devices(), keys.profile()), arguments.all())
        .map(LookupNames::of);
  }
}
