package io.restante.account;

import io.restante.protocol.Handle;
import io.restante.redis.LookupKeys;
import io.restante.redis.RedisLink;
import io.restante.redis.RedisScript;
import io.vertx.core.Future;
import java.util.List;

/** Runs {@code issue-code.lua}: a new code for a handle. */
final class IssueCodeScript {
  private static final RedisScript SCRIPT = RedisScript.load("account/issue-code");

  private IssueCodeScript() {}

  /** Issues a code that is to be sent, within the limits. */
  static Future<CodeState> send(
      RedisLink link, Handle handle, CodeAsker asker, String code, CodeLimits limits) {
    return run(link, handle, code, limits, limits.sendsMax(), asker, limits.attemptsMax());
  }

  /** Issues a code that an operator hands over; that counts for nothing, and all may try it. */
  static Future<CodeState> mint(RedisLink link, Handle handle, String code, CodeLimits limits) {
    return run(link, handle, code, limits, 0, CodeAsker.ANYONE, limits.mintedAttemptsMax());
  }

  private static Future<CodeState> run(
      RedisLink link,
      Handle handle,
      String code,
      CodeLimits limits,
      int sendsMax,
      CodeAsker asker,
      int attempts) {
    ScriptArguments arguments =
        new ScriptArguments()
            .add(code, limits.codeTtlMs(), sendsMax, limits.sendPauseMs(), limits.windowMs())
            .add(asker.name(), attempts);
    return link.run(SCRIPT, List.of(LookupKeys.code(handle)), arguments.all()).map(CodeState::of);
  }
}
