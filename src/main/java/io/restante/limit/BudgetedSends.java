package io.restante.limit;

import io.restante.protocol.GatewayException;
import io.restante.redis.AccountKeys;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Limits of sends by this gateway's own budgets, without asking Redis: nobody fills another's
 * mailbox faster than its owner's life goes on.
 */
public final class BudgetedSends implements SendLimits {
  /**
   * What all event loops of a gateway share.
   *
   * @param senders of an account, or an anonymous address, to one account
   */
  public record Shared(Budget senders, BucketHash hash, LimitMeters meters, LongSupplier nanos) {
    private static final int SENDERS_MAX = 1 << 18;

    /** Full budgets. */
    public static Shared of(Rate rate, LimitMeters meters, LongSupplier nanos) {
      Budget senders = new Budget(rate, SENDERS_MAX, nanos.getAsLong());
      meters.watch(Limit.SENDER, senders);
      return new Shared(senders, new BucketHash(), meters, nanos);
    }
  }

  private final Shared shared;
  private final TakenTokens debts;

  /** The limits as one event loop asks them. */
  public BudgetedSends(Shared shared, TakenTokens debts) {
    this.shared = shared;
    this.debts = debts;
  }

  @Override
  public void admit(@Nullable UUID sender, String remoteAddress, UUID destination) {
    if (destination.equals(sender)) {
      return;
    }
    long first;
    long second;
    if (sender != null) {
      first = sender.getMostSignificantBits();
      second = sender.getLeastSignificantBits();
    } else {
      Network from = Network.of(remoteAddress);
      first = from.version();
      second = from.bits();
    }
    long most = destination.getMostSignificantBits();
    long least = destination.getLeastSignificantBits();
    long bucket = shared.hash().of(first, second, most, least, 0);
    long waitMs =
        shared
            .senders()
            .take(
                bucket,
                shared.nanos().getAsLong(),
                debts,
                () -> AccountKeys.of(destination).senderLimit(CounterName.of(first, second)));
    if (waitMs > 0) {
      shared.meters().limited(Limit.SENDER);
      throw GatewayException.rateLimited("messages to this account (expected: fewer)", waitMs);
    }
  }
}
