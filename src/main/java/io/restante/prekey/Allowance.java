package io.restante.prekey;

/** What a claim may take from one device. It is served in any case, with less. */
public enum Allowance {
  /** One-time keys from the pools, and not from their reserve. */
  FULL,
  /** One-time keys from the pools, and from their reserve once those are empty. */
  RESERVE_TOO,
  /** No one-time key: the signed and last-resort keys only, nothing is popped. */
  NO_ONE_TIME
}
