package io.restante.mailbox;

import io.restante.protocol.DeviceAddress;
import io.restante.redis.AccountKeys;
import io.restante.redis.RedisScript;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Arguments and replies of {@code mailbox/open-session}, and its messages. Pure. */
final class OpenSessionScript {
  static final RedisScript SCRIPT = RedisScript.load("mailbox/open-session");

  /** A number that is forgotten is not given out again: the next one is at least Redis' clock. */
  private static final long NUMBER_TTL_MS = 30L * 24 * 60 * 60 * 1_000;

  private OpenSessionScript() {}

  static List<String> keys(DeviceAddress owner) {
    AccountKeys names = AccountKeys.of(owner.aci());
    return List.of(names.sessions(owner.device()), names.onlineMail(owner.device()));
  }

  static List<Object> args(DeviceAddress owner) {
    return List.of(AccountKeys.of(owner.aci()).doorbell(owner.device()), NUMBER_TTL_MS);
  }

  static long decode(@Nullable Response reply) {
    if (reply == null) {
      throw new IllegalStateException("reply of open-session (expected: a number)");
    }
    return reply.toLong();
  }

  /** The number of the new session that a doorbell's word tells of; empty for a ring. */
  static OptionalLong displacer(String text) {
    if (!text.startsWith("d")) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Long.parseLong(text, 1, text.length(), 10));
    } catch (NumberFormatException notOurs) {
      return OptionalLong.empty();
    }
  }
}
