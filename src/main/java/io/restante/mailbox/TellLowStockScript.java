package io.restante.mailbox;

import io.restante.protocol.DeviceAddress;
import io.restante.redis.AccountKeys;
import io.restante.redis.RedisScript;
import io.vertx.redis.client.Response;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Arguments and replies of {@code mailbox/tell-low-stock}, and its message. Pure. */
final class TellLowStockScript {
  static final RedisScript SCRIPT = RedisScript.load("mailbox/tell-low-stock");

  private static final long WAKE_INTERVAL_MS = 24L * 60 * 60 * 1_000;
  private static final String MESSAGE = "s";

  private TellLowStockScript() {}

  static List<String> keys(DeviceAddress owner) {
    return List.of(AccountKeys.of(owner.aci()).lowStockWoken(owner.device()));
  }

  static List<Object> args(DeviceAddress owner) {
    String doorbell = AccountKeys.of(owner.aci()).doorbell(owner.device());
    return List.of(doorbell, MESSAGE, WAKE_INTERVAL_MS);
  }

  static Doorbell.Told decode(@Nullable Response reply) {
    if (reply == null) {
      throw new IllegalStateException("reply of tell-low-stock (expected: a number)");
    }
    return switch (reply.toInteger()) {
      case 0 -> Doorbell.Told.HEARD;
      case 1 -> Doorbell.Told.TO_BE_WOKEN;
      default -> Doorbell.Told.WOKEN_BEFORE;
    };
  }

  /** Whether a doorbell's word is this one. */
  static boolean isTold(String word) {
    return word.equals(MESSAGE);
  }
}
