package io.restante.account;

import org.jspecify.annotations.Nullable;

/**
 * Accounts and their devices.
 *
 * @param credentialCacheMs how long checked credentials hold without asking Redis, 0 for never; at
 *     most 50 s, so that a revocation whose signal is lost is still seen within 60 s
 * @param devicesMax devices of an account, the primary among them
 * @param profileVersionsMax versions of a profile that are kept
 * @param sealedSenderKeyPath file of the key that signs sender certificates, null for none
 */
public record AccountConfig(
    int credentialCacheMs,
    int devicesMax,
    int profileVersionsMax,
    @Nullable String sealedSenderKeyPath) {
  private static final int CREDENTIAL_CACHE_MS_MAX = 50_000;
  private static final int DEVICES_MAX = 127;

  /** Checks every value. */
  public AccountConfig {
    range("credentialCacheMs", credentialCacheMs, 0, CREDENTIAL_CACHE_MS_MAX);
    range("devicesMax", devicesMax, 1, DEVICES_MAX);
    range("profileVersionsMax", profileVersionsMax, 1, Integer.MAX_VALUE);
  }

  private static void range(String name, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          name + ": " + value + " (expected: " + min + " to " + max + ")");
    }
  }
}
