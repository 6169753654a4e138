package io.restante.prekey;

/**
 * Pools of one-time prekeys.
 *
 * @param keysMax keys of one uploaded list, and so of a pool
 * @param ledgerMax uploaded keys that are remembered per pool, so as to never hand one out twice
 * @param verifyWaitingMax uploads whose signatures are verified or wait for it
 * @param idempotencyWindowMs how long the answer to an idempotency key is repeated
 * @param batchMax devices of one batch
 * @param reserve what is set aside of each pool
 */
public record PrekeyConfig(
    int keysMax,
    int ledgerMax,
    int verifyWaitingMax,
    long idempotencyWindowMs,
    int batchMax,
    ReserveConfig reserve) {
  private static final int KEYS_MAX = 100;

  /** Checks every value. */
  public PrekeyConfig {
    if (keysMax < 1 || keysMax > KEYS_MAX) {
      throw new IllegalArgumentException(
          "keysMax: " + keysMax + " (expected: 1 to " + KEYS_MAX + ")");
    }
    if (ledgerMax < keysMax) {
      throw new IllegalArgumentException(
          "ledgerMax: " + ledgerMax + " (expected: keysMax, " + keysMax + ", or more)");
    }
    if (verifyWaitingMax < 1) {
      throw new IllegalArgumentException(
          "verifyWaitingMax: " + verifyWaitingMax + " (expected: 1 or more)");
    }
    if (idempotencyWindowMs < 1) {
      throw new IllegalArgumentException(
          "idempotencyWindowMs: " + idempotencyWindowMs + " (expected: 1 or more)");
    }
    if (batchMax < 1) {
      throw new IllegalArgumentException("batchMax: " + batchMax + " (expected: 1 or more)");
    }
  }
}
