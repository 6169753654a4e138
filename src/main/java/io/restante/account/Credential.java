package io.restante.account;

import java.util.concurrent.atomic.AtomicLong;

/** What a password is checked against, as Redis had it. Shared by all event loops. */
final class Credential {
  private final Caller caller;
  private final AtomicLong lastSeenMs;

  /**
   * A device's credential.
   *
   * @param lastSeenMs midnight (UTC) of the day on which the device was last seen
   */
  Credential(Caller caller, long lastSeenMs) {
    this.caller = caller;
    this.lastSeenMs = new AtomicLong(lastSeenMs);
  }

  Caller caller() {
    return caller;
  }

  /** Notes a day, as its midnight; true for the one who is first to note it. */
  boolean seen(long midnightMs) {
    return lastSeenMs.getAndAccumulate(midnightMs, Math::max) < midnightMs;
  }
}
