package io.restante.mailbox;

import io.restante.protocol.DeviceAddress;
import io.restante.redis.AccountKeys;
import io.restante.redis.RedisScript;
import java.util.List;

/** Arguments of {@code mailbox/displaced}. Pure. */
final class DisplacedScript {
  static final RedisScript SCRIPT = RedisScript.load("mailbox/displaced");

  private DisplacedScript() {}

  static List<String> keys(DeviceAddress owner) {
    return List.of(AccountKeys.of(owner.aci()).displacements(owner.device()));
  }

  static List<Object> args(MailboxConfig config) {
    return List.of(config.displacementsWindowMs());
  }
}
