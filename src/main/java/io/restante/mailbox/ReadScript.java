package io.restante.mailbox;

import io.restante.protocol.DeviceAddress;
import io.restante.redis.AccountKeys;
import io.restante.redis.RedisScript;
import io.vertx.redis.client.Response;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Arguments and replies of {@code mailbox/read}. Pure. */
final class ReadScript {
  static final RedisScript SCRIPT = RedisScript.loadReading("mailbox/read");

  private ReadScript() {}

  static List<String> keys(DeviceAddress owner) {
    return List.of(AccountKeys.of(owner.aci()).mail(owner.device()));
  }

  static List<Object> args(StreamId after, int countMax, long bytesMax, long ttlMs) {
    return List.of(after.text(), countMax, bytesMax, ttlMs);
  }

  static MailPage decode(@Nullable Response reply) {
    if (reply == null || reply.size() != 2) {
      throw new IllegalStateException("reply of read (expected: 2 values)");
    }
    return new MailPage(StreamEntries.read(reply.get(1)), reply.get(0).toInteger() == 1);
  }
}
