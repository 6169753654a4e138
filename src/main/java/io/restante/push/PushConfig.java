package io.restante.push;

import io.restante.limit.Rate;

/**
 * What is pushed, and when.
 *
 * @param inline which envelopes go whole in a push
 * @param ackGraceMs how long a live session may take to ack before the device is pushed to as well
 * @param leaveDelayMs from the end of a session that left mail until its device is woken
 * @param quietIntervalMs between pushes to a device for mail that is not urgent
 * @param budget pushes to one device
 * @param inFlightMax pushes of a gateway that wait for a provider, each
 * @param leaseMs after which another gateway takes up what one has begun
 */
public record PushConfig(
    Inline inline,
    int ackGraceMs,
    int leaveDelayMs,
    int quietIntervalMs,
    Rate budget,
    int inFlightMax,
    int leaseMs) {
  /** Which envelopes go whole in a push. */
  public enum Inline {
    /** Those that fit. */
    FITS,
    /** None: devices are woken only. */
    NEVER
  }

  /** Checks every value. */
  public PushConfig {
    atLeast("ackGraceMs", ackGraceMs, 0);
    atLeast("leaveDelayMs", leaveDelayMs, 0);
    atLeast("quietIntervalMs", quietIntervalMs, 1);
    atLeast("inFlightMax", inFlightMax, 1);
    atLeast("leaseMs", leaseMs, 1_000);
  }

  private static void atLeast(String name, int value, int min) {
    if (value < min) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: " + min + " or more)");
    }
  }
}
