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

  /** Asks, and changes nothing. */
  static Future<CodeState> run(RedisLink link, Handle handle, CodeLimits limits) {
    return link.run(SCRIPT, List.of(LookupKeys.code(handle)), List.of(limits.sendsMax()))
        .map(CodeState::of);
  }
}
