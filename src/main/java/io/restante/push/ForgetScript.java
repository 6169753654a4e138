package io.restante.push;

import io.restante.protocol.DeviceAddress;
import io.restante.redis.AccountKeys;
import io.restante.redis.RedisLink;
import io.restante.redis.RedisScript;
import io.vertx.core.Future;
import java.util.List;

/** Runs {@code push/forget}: a token goes, unless the device told another since. */
final class ForgetScript {
  private static final RedisScript SCRIPT = RedisScript.load("push/forget");

  private ForgetScript() {}

  /** Whether the token went. */
  static Future<Boolean> run(
      RedisLink link, DeviceAddress device, String field, String token, long sinceMs) {
    return link.run(
            SCRIPT,
            List.of(AccountKeys.of(device.aci()).device(device.device())),
            List.of(field, token, sinceMs))
        .map(reply -> reply != null && reply.toInteger() == 1);
  }
}
