package io.restante.account;

/**
 * Limits of the codes of one handle.
 *
 * @param codeTtlMs how long a code holds
 * @param attemptsMax attempts that whoever asked for a code has with it
 * @param attemptPauseMs from a wrong attempt to the next
 * @param sendsMax codes that are sent within the window
 * @param sendPauseMs from a send to the next
 * @param windowMs how long sends are counted
 */
record CodeLimits(
    long codeTtlMs,
    int attemptsMax,
    long attemptPauseMs,
    int sendsMax,
    long sendPauseMs,
    long windowMs) {
  private static final int SENDS_MAX = 5;
  private static final long SEND_PAUSE_MS = 30_000;
  private static final long ATTEMPT_PAUSE_MS = 1_000;
  private static final long WINDOW_MS = 3_600_000;
  private static final int MINTED_ATTEMPTS_FACTOR = 10;

  /** Without rate limits there are no pauses and no end of sends; a code's attempts stay few. */
  static CodeLimits of(RegistrationConfig config, boolean rateLimited) {
    return new CodeLimits(
        config.codeTtlSeconds() * 1000L,
        config.attemptsMax(),
        rateLimited ? ATTEMPT_PAUSE_MS : 0,
        rateLimited ? SENDS_MAX : Integer.MAX_VALUE,
        rateLimited ? SEND_PAUSE_MS : 0,
        WINDOW_MS);
  }

  /**
   * Attempts that all together have with a minted code, which nobody has asked for: of each address
   * {@link #attemptsMax}, so that one alone cannot use them up.
   */
  int mintedAttemptsMax() {
    return attemptsMax * MINTED_ATTEMPTS_FACTOR;
  }
}
