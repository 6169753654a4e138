package io.restante.account;

import io.restante.protocol.Handle;
import io.restante.redis.LookupKeys;
import io.restante.redis.RedisLink;
import io.restante.redis.RedisScript;
import io.vertx.core.Future;
import java.util.List;

/** Runs {@code code-state.lua}: when the next send and the next attempt are possible. */
final class CodeStateScript {
  private static final RedisScript SCRIPT = RedisScript.load("account/code-state");

  private CodeStateScript() {}

  /** Asks for this one at this address, and changes nothing. */
  static Future<CodeState> run(
      RedisLink link, Handle handle, CodeAsker asker, String origin, CodeLimits limits) {
    ScriptArguments arguments =
        new ScriptArguments().add(asker.name(), origin, limits.attemptsMax(), limits.sendsMax());
    return link.run(SCRIPT, List.of(LookupKeys.code(handle)), arguments.all()).map(CodeState::of);
  }
}
