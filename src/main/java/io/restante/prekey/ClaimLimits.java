package io.restante.prekey;

import io.restante.protocol.DeviceAddress;

/**
 * What claims are asked for before anything is popped, once for each device they are about. Called
 * on event loops: must not block. One may be used from several event loops.
 */
@FunctionalInterface
public interface ClaimLimits {
  /** No limits, and the reserve is there for everyone. */
  ClaimLimits NONE = (claimant, owner) -> Allowance.RESERVE_TOO;

  /**
   * What this claimant may take from this device now. Where a claim is about several devices, all
   * of them are asked before the first pop.
   *
   * @throws io.restante.protocol.GatewayException {@code RATE_LIMITED} with the seconds to wait,
   *     where the claimant has had too much; nothing is popped then
   */
  Allowance allowance(Claimant claimant, DeviceAddress owner);
}
