package io.restante.limit;

/** What limits a claim. */
public enum Limit {
  /** Claims of one account, or one anonymous address, from one device. */
  CALLER,
  /** Claims of one anonymous address. */
  ADDRESS,
  /** One-time keys of one device, for all callers. */
  DEVICE
}
