package io.restante.prekey;

/** What a claim may take from one device. It is served in any case, with less. */
public enum Allowance {
  /** One-time keys from the pools, and not from their reserve. */
  FULL(true, false),
  /** One-time keys from the pools, and from their reserve once those are empty. */
  RESERVE_TOO(true, true),
  /** One-time keys from the reserve, the pools are left alone. */
  RESERVE_ONLY(false, true),
  /** No one-time key: the signed and last-resort keys only, nothing is popped. */
  NO_ONE_TIME(false, false);

  private final boolean pools;
  private final boolean reserve;

  Allowance(boolean pools, boolean reserve) {
    this.pools = pools;
    this.reserve = reserve;
  }

  /** Whether the pools may be taken from. */
  boolean givesPools() {
    return pools;
  }

  /** Whether their reserve may, for want of a key from the pools. */
  boolean givesReserve() {
    return reserve;
  }
}
