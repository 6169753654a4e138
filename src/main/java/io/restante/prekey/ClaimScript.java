package io.restante.prekey;

import io.restante.redis.AccountKeys;
import io.restante.redis.RedisLink;
import io.restante.redis.RedisScript;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code claim.lua}: its arguments and its reply. */
final class ClaimScript {
  private static final RedisScript SCRIPT = RedisScript.load("prekey/claim");
  private static final int DEVICE = 0;
  private static final int IDENTITY = 1;
  private static final int REGISTRATION_ID = 2;
  private static final int SIGNED = 3;
  private static final int LAST = 4;
  private static final int EC_LAST = 5;
  private static final int EC = 6;
  private static final int KEM = 7;

  /**
   * Its reply.
   *
   * @param bundles empty where it is refused
   * @param replayed whether the answer is a recorded one
   * @param refused null where it is not
   * @param burned entries of an earlier epoch that went to nobody
   */
  record Reply(
      List<DeviceBundle> bundles,
      boolean replayed,
      ClaimResult.@Nullable Refused refused,
      int burned) {}

  private final RedisLink link;
  private final long windowMs;

  ClaimScript(RedisLink link, long windowMs) {
    this.link = link;
    this.windowMs = windowMs;
  }

  /**
   * Runs it.
   *
   * @param allowances of each device; one that is not in it gives no one-time keys
   * @param recordHash names caller and idempotency key
   */
  Future<Reply> run(ClaimTarget target, Map<Integer, Allowance> allowances, String recordHash) {
    AccountKeys names = AccountKeys.of(target.aci());
    List<String> keys = List.of(names.idempotency(recordHash), names.devices());
    List<Object> args = new ArrayList<>();
    args.add(names.tag());
    args.add(target.identity().wireName());
    args.add(target.deviceText());
    args.add(windowMs);
    args.add(Pool.EC.name());
    args.add(Pool.KEM.name());
    allowances.forEach(
        (device, allowance) -> {
          if (allowance != Allowance.NO_ONE_TIME) {
            args.add(device);
          }
        });
    return link.run(SCRIPT, keys, args).map(ClaimScript::decode);
  }

  private static Reply decode(@Nullable Response reply) {
    if (reply == null || reply.size() != 3) {
      throw new IllegalStateException("prekey/claim answered another shape");
    }
    int status = reply.get(0).toInteger();
    List<DeviceBundle> bundles = new ArrayList<>();
    for (Response row : reply.get(1)) {
      bundles.add(bundle(row));
    }
    return new Reply(bundles, status == 1, refused(status), reply.get(2).toInteger());
  }

  private static DeviceBundle bundle(Response row) {
    DeviceKeys keys =
        new DeviceKeys(
            0,
            row.get(IDENTITY).toBytes(),
            row.get(REGISTRATION_ID).toInteger(),
            row.get(SIGNED).toBytes(),
            orNull(row.get(LAST)),
            orNull(row.get(EC_LAST)));
    int device = row.get(DEVICE).toInteger();
    return DeviceBundle.of(device, keys, orNull(row.get(EC)), orNull(row.get(KEM)));
  }

  private static byte @Nullable [] orNull(Response field) {
    byte[] bytes = field.toBytes();
    return bytes.length == 0 ? null : bytes;
  }

  private static ClaimResult.@Nullable Refused refused(int status) {
    return switch (status) {
      case 0, 1 -> null;
      case 2 -> ClaimResult.Refused.KEY_REUSED;
      case 3 -> ClaimResult.Refused.NO_ACCOUNT;
      case 4 -> ClaimResult.Refused.NO_DEVICE;
      case 5 -> ClaimResult.Refused.NO_KEYS;
      default -> throw new IllegalStateException("prekey/claim: status " + status);
    };
  }
}
