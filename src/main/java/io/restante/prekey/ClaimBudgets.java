package io.restante.prekey;

import io.restante.limit.BucketHash;
import io.restante.limit.Budget;
import io.restante.limit.Limit;
import io.restante.limit.LimitMeters;
import io.restante.limit.LimitsConfig;
import io.restante.protocol.DeviceAddress;
import java.time.InstantSource;
import java.util.UUID;
import java.util.function.LongSupplier;

/**
 * The budgets of all claims and uploads at one gateway, which its event loops share.
 *
 * @param callers of an account, or an anonymous address, for one device
 * @param devices of a device, for all callers
 * @param addresses of an anonymous address, for all devices
 * @param uploaders of a device, for its own uploads
 * @param hash names their buckets
 * @param nanos the clock of all buckets
 * @param clock tells how old an account is
 */
public record ClaimBudgets(
    LimitsConfig config,
    Budget callers,
    Budget devices,
    Budget addresses,
    Budget uploaders,
    BucketHash hash,
    LimitMeters meters,
    LongSupplier nanos,
    InstantSource clock) {
  private static final int CALLERS_MAX = 1 << 18;
  private static final int DEVICES_MAX = 1 << 17;
  private static final int ADDRESSES_MAX = 1 << 16;
  private static final int UPLOADERS_MAX = 1 << 16;

  /** Full budgets. */
  public static ClaimBudgets of(
      LimitsConfig config, LimitMeters meters, LongSupplier nanos, InstantSource clock) {
    long now = nanos.getAsLong();
    ClaimBudgets budgets =
        new ClaimBudgets(
            config,
            new Budget(config.caller(), CALLERS_MAX, now),
            new Budget(config.device(), DEVICES_MAX, now),
            new Budget(config.address(), ADDRESSES_MAX, now),
            new Budget(config.uploader(), UPLOADERS_MAX, now),
            new BucketHash(),
            meters,
            nanos,
            clock);
    meters.watch(Limit.CALLER, budgets.callers);
    meters.watch(Limit.DEVICE, budgets.devices);
    meters.watch(Limit.ADDRESS, budgets.addresses);
    meters.watch(Limit.UPLOADER, budgets.uploaders);
    return budgets;
  }

  /** The bucket of a device, by its own name. */
  long bucketOf(DeviceAddress owner) {
    UUID account = owner.aci();
    return hash.of(
        account.getMostSignificantBits(), account.getLeastSignificantBits(), owner.device());
  }
}
