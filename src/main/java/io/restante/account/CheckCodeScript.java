package io.restante.account;

import io.restante.protocol.Handle;
import io.restante.redis.LookupKeys;
import io.restante.redis.RedisLink;
import io.restante.redis.RedisScript;
import io.vertx.core.Future;
import java.util.List;

/** Runs {@code check-code.lua}: whether a code is right, once. */
final class CheckCodeScript {
  private static final RedisScript SCRIPT = RedisScript.load("account/check-code");

  private CheckCodeScript() {}

  /** Checks a code that this one gives, from this address. */
  static Future<CodeState> run(
      RedisLink link,
      Handle handle,
      CodeAsker asker,
      String origin,
      String code,
      CodeLimits limits) {
    ScriptArguments arguments =
        new ScriptArguments()
            .add(code, asker.name(), origin)
            .add(limits.attemptsMax(), limits.attemptPauseMs(), limits.sendsMax());
    return link.run(SCRIPT, List.of(LookupKeys.code(handle)), arguments.all()).map(CodeState::of);
  }
}
