package io.restante.limit;

/** What limits claims, uploads, sends and registrations. */
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
  UPLOADER,
  /** Steps of registrations from one address. */
  REGISTRATION,
  /** Registration codes that one address asks for. */
  CODE
}
