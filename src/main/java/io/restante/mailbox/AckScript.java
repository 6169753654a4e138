package io.restante.mailbox;

import io.restante.protocol.DeviceAddress;
import io.restante.redis.AccountKeys;
import io.restante.redis.RedisScript;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Arguments and replies of {@code mailbox/ack}. Pure. */
final class AckScript {
  static final RedisScript SCRIPT = RedisScript.load("mailbox/ack");

  /** Envelopes of one run, so that no run holds Redis up for long. */
  static final int ENVELOPES_MAX = 100;

  private AckScript() {}

  static List<String> keys(DeviceAddress owner) {
    AccountKeys names = AccountKeys.of(owner.aci());
    int device = owner.device();
    return List.of(names.mail(device), names.mailBytes(device), names.mailFailures(device));
  }

  static List<Object> args(List<EnvelopeId> ids) {
    List<Object> args = new ArrayList<>(2 * ids.size());
    for (EnvelopeId id : ids) {
      args.add(id.streamId().text());
      args.add(Nonces.bytes(id.nonce()));
    }
    return args;
  }

  /** How many envelopes were deleted. */
  static int decode(@Nullable Response reply) {
    if (reply == null) {
      throw new IllegalStateException("reply of ack (expected: a number)");
    }
    return reply.toInteger();
  }
}
