package io.restante.prekey;

import io.restante.limit.Limit;
import io.restante.limit.TakenTokens;
import io.restante.protocol.DeviceAddress;
import io.restante.redis.AccountKeys;

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
    long waitMs =
        budgets
            .uploaders()
            .take(
                budgets.bucketOf(owner),
                budgets.nanos().getAsLong(),
                debts,
                () -> AccountKeys.of(owner.aci()).uploadLimit(owner.device()));
    budgets.meters().refuseOver(Limit.UPLOADER, waitMs, "uploads of this device");
  }
}
