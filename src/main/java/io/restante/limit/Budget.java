package io.restante.limit;

import java.util.function.Supplier;

/**
 * The token buckets of a gateway for one purpose, and which of its tokens other gateways must hear
 * of. A few tokens of each bucket, and an eighth of its refill, are taken quietly: whoever is not
 * unusual stays within them. Each further token is told, see {@link SharedDebts}.
 *
 * <p>So with n gateways at most {@code burst + n * quiet burst} tokens are gone at once beyond what
 * comes back, {@code 1 + n / 8} times the refill over time, and what n gateways took before they
 * heard of each other: no more than n bursts.
 */
public final class Budget {
  /** A quarter of the burst and an eighth of the refill need not be told. */
  private static final int QUIET_BURST_PART = 4;

  private static final int QUIET_REFILL_PART = 8;

  private final Buckets all;
  private final Buckets quiet;

  /**
   * A budget of full buckets.
   *
   * @param bucketsMax a power of two; each takes 16 bytes
   * @param nowNanos by the clock of every later call
   */
  public Budget(Rate rate, int bucketsMax, long nowNanos) {
    this.all = new Buckets(rate, bucketsMax, nowNanos);
    Rate quietRate =
        new Rate(
            Math.max(1, rate.burst() / QUIET_BURST_PART), rate.refillTicks() * QUIET_REFILL_PART);
    this.quiet = new Buckets(quietRate, bucketsMax, nowNanos);
  }

  /** What a bucket allows. */
  public Rate rate() {
    return all.rate();
  }

  /**
   * Takes a token.
   *
   * @return 0 where there was one, otherwise the milliseconds after which there will be one
   */
  public long take(long hash, long nowNanos) {
    return all.take(hash, nowNanos);
  }

  /**
   * Takes a token, and tells of it where others must hear of it.
   *
   * @param key of the counter that gateways share for this bucket
   * @return 0 where there was one, otherwise the milliseconds after which there will be one
   */
  public long take(long hash, long nowNanos, TakenTokens debts, Supplier<String> key) {
    long waitMs = take(hash, nowNanos);
    if (waitMs == 0 && mustTell(hash, nowNanos)) {
      debts.add(key.get(), this, hash);
    }
    return waitMs;
  }

  /** How long until a token can be taken, which is left; 0 where there is one. */
  public long waitMs(long hash, long nowNanos) {
    return all.waitMs(hash, nowNanos);
  }

  /** Whether the token just taken is one that others must hear of; asked once for each. */
  public boolean mustTell(long hash, long nowNanos) {
    return quiet.take(hash, nowNanos) > 0;
  }

  /** Whether nothing has been taken lately, as far as this gateway knows. */
  public boolean isFull(long hash, long nowNanos) {
    return all.isFull(hash, nowNanos);
  }

  /** The gateways together lack as many tokens as take so long to come back. */
  void raise(long hash, long debtMs, long nowNanos) {
    all.raise(hash, debtMs, nowNanos);
  }

  /** How many buckets were forgotten, for want of room, that were not full. */
  public long forgotten() {
    return all.forgotten();
  }
}
