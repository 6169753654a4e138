package io.restante.prekey;

import io.restante.protocol.DeviceAddress;

/** A claimant, and what says how much it may take. */
public record Taker(Claimant claimant, ClaimLimits limits) {
  /** What it may take from a device; throws where it may not claim at all. */
  Allowance allowance(DeviceAddress owner) {
    return limits.allowance(claimant, owner);
  }
}
