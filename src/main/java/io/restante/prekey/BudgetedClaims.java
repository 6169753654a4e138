package io.restante.prekey;

import io.restante.limit.Budget;
import io.restante.limit.CounterName;
import io.restante.limit.Limit;
import io.restante.limit.Network;
import io.restante.limit.TakenTokens;
import io.restante.protocol.DeviceAddress;
import io.restante.redis.AccountKeys;
import io.restante.redis.LookupKeys;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Limits of claims by this gateway's own budgets, without asking Redis. Over the caller's budget
 * for a device, or over that of an anonymous address, a claim is refused. Over the device's budget
 * it is served without one-time keys: whoever drains a device cannot keep others from it.
 *
 * <p>The reserve is for accounts that are old enough and have not claimed from the device lately;
 * for them also over the device's budget, which those who drain it have always just used up.
 */
public final class BudgetedClaims implements ClaimLimits {
  private final ClaimBudgets budgets;
  private final TakenTokens debts;

  /** The limits as one event loop asks them. */
  public BudgetedClaims(ClaimBudgets budgets, TakenTokens debts) {
    this.budgets = budgets;
    this.debts = debts;
  }

  @Override
  public Allowance allowance(Claimant claimant, DeviceAddress owner) {
    long now = budgets.nanos().getAsLong();
    if (claimant instanceof Claimant.Device device) {
      return ofDevice(device, owner, now);
    }
    return ofAddress(Network.of(((Claimant.Anonymous) claimant).remoteAddress()), owner, now);
  }

  private Allowance ofDevice(Claimant.Device caller, DeviceAddress owner, long now) {
    UUID account = caller.address().aci();
    long most = account.getMostSignificantBits();
    long least = account.getLeastSignificantBits();
    long bucket = bucket(most, least, owner);
    boolean first = budgets.callers().isFull(bucket, now);
    takeOrRefuse(Limit.CALLER, budgets.callers(), bucket, now, () -> callerKey(owner, most, least));
    boolean old =
        budgets.clock().millis() - caller.createdMs() >= budgets.config().reserveAccountAgeMs();
    return ofOwner(owner, first && old, now);
  }

  private Allowance ofAddress(Network from, DeviceAddress owner, long now) {
    takeOrRefuse(
        Limit.ADDRESS,
        budgets.addresses(),
        budgets.hash().of(from.version(), from.bits(), 0),
        now,
        () -> LookupKeys.addressLimit(CounterName.of(from.version(), from.bits())));
    takeOrRefuse(
        Limit.CALLER,
        budgets.callers(),
        bucket(from.version(), from.bits(), owner),
        now,
        () -> callerKey(owner, from.version(), from.bits()));
    return ofOwner(owner, false, now);
  }

  private Allowance ofOwner(DeviceAddress owner, boolean entitled, long now) {
    long waitMs =
        budgets
            .devices()
            .take(
                budgets.bucketOf(owner),
                now,
                debts,
                () -> AccountKeys.of(owner.aci()).deviceLimit(owner.device()));
    if (waitMs > 0) {
      budgets.meters().limited(Limit.DEVICE);
      return entitled ? Allowance.RESERVE_ONLY : Allowance.NO_ONE_TIME;
    }
    return entitled ? Allowance.RESERVE_TOO : Allowance.FULL;
  }

  private long bucket(long first, long second, DeviceAddress owner) {
    UUID account = owner.aci();
    return budgets
        .hash()
        .of(
            first,
            second,
            account.getMostSignificantBits(),
            account.getLeastSignificantBits(),
            owner.device());
  }

  private void takeOrRefuse(
      Limit limit, Budget budget, long bucket, long now, Supplier<String> key) {
    budgets
        .meters()
        .refuseOver(
            limit,
            budget.take(bucket, now, debts, key),
            limit == Limit.CALLER
                ? "claims from this device"
                : "anonymous claims from this address");
  }

  private static String callerKey(DeviceAddress owner, long first, long second) {
    return AccountKeys.of(owner.aci()).callerLimit(owner.device(), CounterName.of(first, second));
  }
}
