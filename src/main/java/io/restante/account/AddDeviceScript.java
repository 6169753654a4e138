package io.restante.account;

import io.restante.protocol.DeviceAddress;
import io.restante.protocol.Identity;
import io.restante.redis.AccountKeys;
import io.restante.redis.LookupKeys;
import io.restante.redis.RedisLink;
import io.restante.redis.RedisScript;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/** Runs {@code add-device.lua}: links a device under the lowest free id. */
final class AddDeviceScript {
  private static final RedisScript SCRIPT = RedisScript.load("account/add-device");

  /** How it went. */
  enum Status {
    ADDED,
    MISSING,
    WRONG,
    FULL,
    CHANGED,
    LACKING
  }

  /** The script's reply; the device id is 0 unless one was added. */
  record Result(Status status, int device) {}

  private AddDeviceScript() {}

  /** Links a device by a code. */
  static Future<Result> run(
      RedisLink link,
      UUID aci,
      String code,
      NewDevice device,
      int devicesMax,
      LinkingConfig config) {
    AccountKeys keys = AccountKeys.of(aci);
    ScriptArguments arguments =
        new ScriptArguments()
            .add(keys.tag(), devicesMax, DeviceAddress.DEVICE_MAX)
            .add(device.attributes().registrations())
            .add(device.identityKey(Identity.ACI), device.identityKey(Identity.PNI))
            .add(aci.toString(), LookupKeys.revoked(), code)
            .add(words(config.capabilitiesKept()), words(device.attributes().capabilities()))
            .addList(device.deviceFields())
            .addList(device.keyFields(Identity.ACI))
            .addList(device.keyFields(Identity.PNI));
    return link.run(SCRIPT, List.of(keys.account(), keys.devices()), arguments.all())
        .map(
            reply ->
                new Result(
                    Status.valueOf(Replies.text(reply, 0).toUpperCase(Locale.ROOT)),
                    Replies.present(reply).get(1).toInteger()));
  }

  private static String words(Collection<String> names) {
    return " " + String.join(" ", names) + " ";
  }
}
