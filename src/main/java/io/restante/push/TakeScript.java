package io.restante.push;

import io.restante.mailbox.EnvelopeId;
import io.restante.protocol.DeviceAddress;
import io.restante.redis.AccountKeys;
import io.restante.redis.RedisScript;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Response;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Arguments and replies of {@code push/take}. Pure. */
final class TakeScript {
  static final RedisScript SCRIPT = RedisScript.load("push/take");

  private static final byte[] NO_NONCE = new byte[0];

  /** Whose tokens a reply has, in this order. */
  private static final List<Provider> TOKENS =
      List.of(Provider.APNS, Provider.FCM, Provider.WEB_PUSH);

  private static final int NOTHING = 0;
  private static final int TAKEN = 1;
  private static final int TOO_EARLY = 2;

  /** What is to be done for a push that is owed. */
  sealed interface Taken {
    /** Nothing: it is owed no more. */
    record Nothing() implements Taken {}

    /** It is too early, for so many ms. */
    record TooEarly(long waitMs) implements Taken {}

    /**
     * It is to be sent.
     *
     * @param targets by provider, none where the device has told no token
     * @param fetches whether the device fetches its messages itself, and needs none in a push
     * @param stored the stored form of the envelope, null for a word
     */
    record ToSend(Map<Provider, String> targets, boolean fetches, @Nullable Buffer stored)
        implements Taken {
      @Override
      public String toString() {
        return "ToSend" + targets.keySet();
      }
    }
  }

  private TakeScript() {}

  static List<String> keys(DeviceAddress device) {
    AccountKeys names = AccountKeys.of(device.aci());
    int id = device.device();
    return List.of(names.device(id), names.mail(id), names.pushBudget(id), names.pushQuiet(id));
  }

  /**
   * The arguments.
   *
   * @param tries how often it was tried: the budget was spent on the first of them
   * @param anyDevice whether devices without a token get pushes as well
   */
  static List<Object> args(OwedPush push, int tries, PushConfig config, boolean anyDevice) {
    EnvelopeId envelope = push.envelope();
    DeviceAddress device = push.device();
    return List.of(
        push.kind().letter(),
        envelope == null ? "" : envelope.streamId().text(),
        envelope == null ? NO_NONCE : Buffer.buffer().appendLong(envelope.nonce()).getBytes(),
        AccountKeys.of(device.aci()).doorbell(device.device()),
        config.budget().burst(),
        config.budget().refillMs(),
        config.quietIntervalMs(),
        tries,
        anyDevice ? 1 : 0);
  }

  static Taken decode(@Nullable Response reply) {
    if (reply == null || reply.size() == 0) {
      throw new IllegalStateException("reply of take (expected: a list)");
    }
    int status = reply.get(0).toInteger();
    if (status == NOTHING) {
      return new Taken.Nothing();
    } else if (status == TOO_EARLY) {
      return new Taken.TooEarly(reply.get(1).toLong());
    } else if (status != TAKEN) {
      throw new IllegalStateException("reply of take: " + status + " (expected: 0 to 2)");
    }
    Map<Provider, String> targets = new EnumMap<>(Provider.class);
    for (int i = 0; i < TOKENS.size(); i++) {
      String target = reply.get(1 + i).toString();
      if (!target.isEmpty()) {
        targets.put(TOKENS.get(i), target);
      }
    }
    boolean fetches = reply.get(1 + TOKENS.size()).toString().equals("1");
    Buffer stored = reply.get(2 + TOKENS.size()).toBuffer();
    return new Taken.ToSend(targets, fetches, stored.length() == 0 ? null : stored);
  }
}
