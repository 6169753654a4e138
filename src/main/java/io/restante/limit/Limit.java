package io.restante.limit;

/** What limits claims, sends and uploads. */
public enum Limit {
  /** Claims of one account, or one anonymous address, from one device. */
  CALLER,
  /** Claims of one anonymous address. */
  ADDRESS,
  /** One-time keys of one device, for all callers. */
  DEVICE,
  /** Messages of one account, or one anonymous address, to one account. */
  SENDER,
  /** Uploads of one device, to all its pools. */
  UPLOADER
}
