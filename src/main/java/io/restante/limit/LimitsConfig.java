package io.restante.limit;

/**
 * Rate limits.
 *
 * @param enabled false switches every rate limit and the pools' reserve off, for tests and
 *     benchmarks
 * @param caller claims of one account, or anonymous address, from one device
 * @param device one-time keys of one device, for all callers
 * @param address anonymous claims from one address
 * @param sender messages of one account, or anonymous address, to one account
 * @param uploader uploads of one device, to all its pools
 * @param registration each step of registrations from one address
 * @param code registration codes that one address asks for, where they are sent
 * @param reserveAccountAgeMs how old an account must be that gets keys of the reserve
 */
public record LimitsConfig(
    boolean enabled,
    Rate caller,
    Rate device,
    Rate address,
    Rate sender,
    Rate uploader,
    Rate registration,
    Rate code,
    long reserveAccountAgeMs) {
  /** Checks the age. */
  public LimitsConfig {
    if (reserveAccountAgeMs < 0) {
      throw new IllegalArgumentException(
          "reserveAccountAgeMs: " + reserveAccountAgeMs + " (expected: 0 or more)");
    }
  }
}
