package io.restante.account;

import io.restante.protocol.DeviceAddress;
import io.restante.protocol.Identity;
import io.restante.redis.AccountKeys;
import io.restante.redis.LookupKeys;
import io.restante.redis.RedisLink;
import io.restante.redis.RedisScript;
import io.vertx.core.Future;
import java.util.List;

/** Runs {@code attributes.lua}: replaces what a device tells of itself and of its account. */
final class AttributesScript {
  /** What came of it. */
  enum Outcome {
    /** There is no such device (any more). */
    MISSING,
    /** Replaced. */
    REPLACED,
    /** Replaced, and what gateways keep with the device's credentials is another one now. */
    REPLACED_WITH_KEY
  }

  private static final RedisScript SCRIPT = RedisScript.load("account/attributes");

  private AttributesScript() {}

  static Future<Outcome> run(RedisLink link, DeviceAddress device, AccountAttributes attributes) {
    AccountKeys keys = AccountKeys.of(device.aci());
    int id = device.device();
    ScriptArguments arguments =
        new ScriptArguments()
            .add(id, attributes.registrationId(), attributes.pniRegistrationId())
            .add(device.aci().toString(), LookupKeys.revoked())
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
        .map(reply -> Outcome.values()[Replies.present(reply).toInteger()]);
  }
}
