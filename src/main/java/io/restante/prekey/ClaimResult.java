package io.restante.prekey;

import io.vertx.core.buffer.Buffer;

/** The outcome of a claim. */
public sealed interface ClaimResult {
  /**
   * The keys, one-time keys among them that no one else gets.
   *
   * @param json the bundle as it goes out, see {@link BundleEncoding}
   */
  record Claimed(Buffer json) implements ClaimResult {}

  /** Nothing was taken. */
  enum Refused implements ClaimResult {
    /** There is no such account. */
    NO_ACCOUNT,
    /** There is no such device. */
    NO_DEVICE,
    /** The device, or all of them, have left no keys. */
    NO_KEYS,
    /** The device has no pool of this name. */
    NO_POOL,
    /** The idempotency key was used for another device or identity of this account. */
    KEY_REUSED
  }
}
