package io.restante.account;

/**
 * Limits of the codes of one handle.
 *
 * @param codeTtlMs how long a code holds
 * @param attemptsMax attempts that a code has
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

  static CodeLimits of(RegistrationConfig config) {
    return new CodeLimits(
        config.codeTtlSeconds() * 1000L,
        config.attemptsMax(),
        ATTEMPT_PAUSE_MS,
        SENDS_MAX,
        SEND_PAUSE_MS,
        WINDOW_MS);
  }
}
