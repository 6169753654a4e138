package io.restante.account;

import io.restante.redis.AccountKeys;
import io.restante.redis.RedisLink;
import io.restante.redis.RedisScript;
import io.vertx.core.Future;
import java.util.List;
import java.util.UUID;

/** Runs {@code put-profile.lua}: stores a version of a profile. */
final class PutProfileScript {
  private static final RedisScript SCRIPT = RedisScript.load("account/put-profile");

  private PutProfileScript() {}

  /** Whether there is such an account. */
  static Future<Boolean> run(
      RedisLink link, UUID aci, String version, String json, int versionsMax) {
    AccountKeys keys = AccountKeys.of(aci);
    return link.run(
            SCRIPT,
            List.of(keys.account(), keys.profile()),
            new ScriptArguments().add(version, json, versionsMax).all())
        .map(Replies::isOne);
  }
}
