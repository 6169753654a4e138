package io.restante.prekey;

import io.restante.limit.Limit;
import io.restante.limit.TakenTokens;
import io.restante.protocol.DeviceAddress;
import io.restante.protocol.GatewayException;
import io.restante.redis.AccountKeys;
import java.util.UUID;

/**
 * Limits of uploads by this gateway's own budgets, without asking Redis: an upload into full
 * ledgers keeps it busy for as long as two hundred claims.
 */
public final class BudgetedUploads implements UploadLimits {
  private final ClaimBudgets budgets;
  private final TakenTokens debts;

  /** The limits as one event loop asks them. */
  public BudgetedUploads(ClaimBudgets budgets, TakenTokens debts) {
    this.budgets = budgets;
    this.debts = debts;
  }

  @Override
  public void admit(DeviceAddress owner) {
    UUID account = owner.aci();
    long bucket =
        budgets
            .hash()
            .of(
                account.getMostSignificantBits(),
                account.getLeastSignificantBits(),
                owner.device());
    long waitMs =
        budgets
            .uploaders()
            .take(
                bucket,
                budgets.nanos().getAsLong(),
                debts,
                () -> AccountKeys.of(account).uploadLimit(owner.device()));
    if (waitMs > 0) {
      budgets.meters().limited(Limit.UPLOADER);
      throw GatewayException.rateLimited("uploads of this device (expected: fewer)", waitMs);
    }
  }
}
