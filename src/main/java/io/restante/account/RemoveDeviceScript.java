package io.restante.account;

import io.restante.protocol.DeviceAddress;
import io.restante.protocol.Identity;
import io.restante.redis.AccountKeys;
import io.restante.redis.LookupKeys;
import io.restante.redis.RedisLink;
import io.restante.redis.RedisScript;
import io.vertx.core.Future;
import java.util.List;

/** Runs {@code remove-device.lua}: removes a device with its keys, pools and mailbox. */
final class RemoveDeviceScript {
  private static final RedisScript SCRIPT = RedisScript.load("account/remove-device");

  private RemoveDeviceScript() {}

  /** Whether there was such a device. */
  static Future<Boolean> run(RedisLink link, DeviceAddress device) {
    AccountKeys keys = AccountKeys.of(device.aci());
    int id = device.device();
    ScriptArguments arguments =
        new ScriptArguments()
            .add(keys.tag(), id, device.aci().toString(), LookupKeys.revoked())
            .addRest(AccountKeys.ofDevice());
    return link.run(
            SCRIPT,
            List.of(
                keys.account(),
                keys.devices(),
                keys.keys(Identity.ACI, id),
                keys.keys(Identity.PNI, id)),
            arguments.all())
        .map(Replies::isOne);
  }
}
