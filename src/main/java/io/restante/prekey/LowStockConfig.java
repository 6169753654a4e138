package io.restante.prekey;

/**
 * When an owner is told that keys run low.
 *
 * @param threshold a pool with fewer keys is low; 0 tells nobody
 * @param intervalMs between two times that gateways announce it of one device
 */
public record LowStockConfig(int threshold, int intervalMs) {
  /** Checks both. */
  public LowStockConfig {
    if (threshold < 0) {
      throw new IllegalArgumentException("threshold: " + threshold + " (expected: 0 or more)");
    }
    if (intervalMs < 1) {
      throw new IllegalArgumentException("intervalMs: " + intervalMs + " (expected: 1 or more)");
    }
  }
}
