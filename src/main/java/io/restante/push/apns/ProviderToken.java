package io.restante.push.apns;

/**
 * A signed token. Apple takes one for an hour, and not a new one each time: who changes it more
 * often than every 20 minutes is refused.
 *
 * @param text a JWT
 * @param issuedAtMs ms since the epoch
 */
record ProviderToken(String text, long issuedAtMs) {
  /** The age at which a token is replaced: two thirds of the hour. */
  static final long AGE_MAX_MS = 40 * 60_000L;

  /** The age below which no token is replaced, whatever is said of it. */
  static final long AGE_MIN_MS = 20 * 60_000L;

  /** By how much a clock may be set back before the token counts as one of the future. */
  static final long SET_BACK_MS = 60_000L;

  /** Whether it should be replaced now. */
  boolean isOld(long nowMs) {
    return nowMs - issuedAtMs >= AGE_MAX_MS || isOfTheFuture(nowMs);
  }

  /** Whether it may be replaced now, where Apple does not take it. */
  boolean isReplaceable(long nowMs) {
    return nowMs - issuedAtMs >= AGE_MIN_MS || isOfTheFuture(nowMs);
  }

  private boolean isOfTheFuture(long nowMs) {
    return issuedAtMs - nowMs >= SET_BACK_MS;
  }

  /** Hides the token. */
  @Override
  public String toString() {
    return "ProviderToken";
  }
}
