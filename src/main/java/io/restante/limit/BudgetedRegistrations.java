package io.restante.limit;

import io.restante.redis.LookupKeys;
import java.util.function.LongSupplier;

/**
 * Limits of registrations by this gateway's own budgets, without asking Redis: nobody fills it with
 * sessions, or has codes sent to the whole world, from one address.
 */
public final class BudgetedRegistrations implements RegistrationLimits {
  /**
   * What all event loops of a gateway share.
   *
   * @param registrations of an address, a bucket for each step
   * @param codes that an address asks for
   */
  public record Shared(
      Budget registrations, Budget codes, BucketHash hash, LimitMeters meters, LongSupplier nanos) {
    private static final int ADDRESSES_MAX = 1 << 16;

    /**
     * Full budgets.
     *
     * @param codesAreSent false where any code is right: then asking for one is a step like others
     */
    public static Shared of(
        LimitsConfig config, boolean codesAreSent, LimitMeters meters, LongSupplier nanos) {
      long now = nanos.getAsLong();
      Rate codeRate = codesAreSent ? config.code() : config.registration();
      Budget registrations = new Budget(config.registration(), ADDRESSES_MAX, now);
      Budget codes = new Budget(codeRate, ADDRESSES_MAX, now);
      meters.watch(Limit.REGISTRATION, registrations);
      meters.watch(Limit.CODE, codes);
      return new Shared(registrations, codes, new BucketHash(), meters, nanos);
    }
  }

  private final Shared shared;
  private final TakenTokens debts;

  /** The limits as one event loop asks them. */
  public BudgetedRegistrations(Shared shared, TakenTokens debts) {
    this.shared = shared;
    this.debts = debts;
  }

  @Override
  public void admit(Step step, String remoteAddress) {
    Network from = Network.of(remoteAddress);
    Limit limit = step == Step.CODE ? Limit.CODE : Limit.REGISTRATION;
    Budget budget = step == Step.CODE ? shared.codes() : shared.registrations();
    long waitMs =
        budget.take(
            shared.hash().of(from.version(), from.bits(), step.number()),
            shared.nanos().getAsLong(),
            debts,
            () -> key(from, step));
    shared.meters().refuseOver(limit, waitMs, "registrations from this address, " + step.words());
  }

  /** Other numbers than those that name the counter of an address' claims. */
  private static String key(Network from, Step step) {
    return LookupKeys.addressLimit(CounterName.of(from.version(), from.bits(), step.number()));
  }
}
