package io.restante.account;

import io.restante.protocol.DeviceAddress;
import io.restante.protocol.Identity;
import io.restante.redis.AccountKeys;
import io.restante.redis.RedisLink;
import io.restante.redis.RedisScript;
import io.vertx.core.Future;
import java.util.List;

/** Runs {@code attributes.lua}: replaces what a device tells of itself and of its account. */
final class AttributesScript {
  private static final RedisScript SCRIPT = RedisScript.load("account/attributes");

  private AttributesScript() {}

  /** Whether there is such a device. */
  static Future<Boolean> run(RedisLink link, DeviceAddress device, AccountAttributes attributes) {
    AccountKeys keys = AccountKeys.of(device.aci());
    int id = device.device();
    ScriptArguments arguments =
        new ScriptArguments()
            .add(id, attributes.registrationId(), attributes.pniRegistrationId())
            .addList(attributes.accountFields())
            .addList(attributes.accountFieldsAbsent())
            .addList(attributes.deviceFields())
            .addList(attributes.deviceFieldsAbsent());
    return link.run(
            SCRIPT,
            List.of(
                keys.account(),
                keys.devices(),
                keys.device(id),
                keys.keys(Identity.ACI, id),
                keys.keys(Identity.PNI, id)),
            arguments.all())
        .map(Replies::isOne);
  }
}
