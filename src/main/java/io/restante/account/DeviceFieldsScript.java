package io.restante.account;

import io.restante.protocol.DeviceAddress;
import io.restante.redis.AccountKeys;
import io.restante.redis.RedisLink;
import io.restante.redis.RedisScript;
import io.vertx.core.Future;
import java.util.List;

/** Runs {@code device-fields.lua}: sets or takes away fields of a device that exists. */
final class DeviceFieldsScript {
  private static final RedisScript SCRIPT = RedisScript.load("account/device-fields");

  private DeviceFieldsScript() {}

  /**
   * Whether there is such a device.
   *
   * @param set fields with their values
   * @param absent fields to take away
   */
  static Future<Boolean> run(
      RedisLink link, DeviceAddress device, List<?> set, List<String> absent) {
    AccountKeys keys = AccountKeys.of(device.aci());
    return link.run(
            SCRIPT,
            List.of(keys.devices(), keys.device(device.device())),
            new ScriptArguments().add(device.device()).addList(set).addRest(absent).all())
        .map(Replies::isOne);
  }
}
