package io.restante.mailbox;

import io.restante.protocol.DeviceAddress;
import io.restante.redis.AccountKeys;
import io.restante.redis.RedisScript;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Response;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Arguments and replies of {@code mailbox/fail}, and the counts that it keeps. Pure. */
final class FailScript {
  static final RedisScript SCRIPT = RedisScript.load("mailbox/fail");

  /** Envelopes of a device that are counted for. */
  static final int ENVELOPES_MAX = 256;

  private FailScript() {}

  static List<String> keys(DeviceAddress owner) {
    AccountKeys names = AccountKeys.of(owner.aci());
    return List.of(names.mail(owner.device()), names.mailFailures(owner.device()));
  }

  static List<Object> args(EnvelopeId id, MailboxConfig config) {
    return List.of(id.streamId().text(), Nonces.bytes(id.nonce()), config.ttlMs(), ENVELOPES_MAX);
  }

  static int decode(@Nullable Response reply) {
    if (reply == null) {
      throw new IllegalStateException("reply of fail (expected: a number)");
    }
    return reply.toInteger();
  }

  /** The envelopes of an {@code HGETALL} of the counts that failed so often, or more. */
  static Set<EnvelopeId> failed(@Nullable Response counts, int sessionsMax) {
    if (counts == null) {
      return Set.of();
    }
    Set<EnvelopeId> failed = new HashSet<>();
    for (int i = 0; i < counts.size(); i += 2) {
      if (counts.get(i + 1).toInteger() >= sessionsMax) {
        Buffer field = counts.get(i).toBuffer();
        int placeChars = field.length() - Nonces.BYTES;
        StreamId place = StreamId.parse(field.getString(0, placeChars));
        failed.add(new EnvelopeId(place, field.getLong(placeChars)));
      }
    }
    return failed;
  }
}
