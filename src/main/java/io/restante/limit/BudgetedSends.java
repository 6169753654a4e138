package io.restante.limit;

import io.restante.redis.AccountKeys;
import java.util.List;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
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
  public void admit(@Nullable UUID sender, String remoteAddress, List<UUID> destinations) {
    List<UUID> limited = destinations.stream().filter(each -> !each.equals(sender)).toList();
    final long first;
    final long second;
    if (sender != null) {
      first = sender.getMostSignificantBits();
      second = sender.getLeastSignificantBits();
    } else {
      Network from = Network.of(remoteAddress);
      first = from.version();
      second = from.bits();
    }
    long nowNanos = shared.nanos().getAsLong();
    if (limited.size() > 1) {
      for (UUID destination : limited) {
        refuseIfOver(shared.senders().waitMs(bucket(first, second, destination), nowNanos));
      }
    }
    for (UUID destination : limited) {
      Supplier<String> key =
          () -> AccountKeys.of(destination).senderLimit(CounterName.of(first, second));
      long bucket = bucket(first, second, destination);
      // Another event loop may have taken the last token in between; it is rare, and costs a few.
      refuseIfOver(shared.senders().take(bucket, nowNanos, debts, key));
    }
  }

  private long bucket(long first, long second, UUID destination) {
    long most = destination.getMostSignificantBits();
    long least = destination.getLeastSignificantBits();
    return shared.hash().of(first, second, most, least, 0);
  }

  private void refuseIfOver(long waitMs) {
    shared.meters().refuseOver(Limit.SENDER, waitMs, "messages to this account");
  }
}
