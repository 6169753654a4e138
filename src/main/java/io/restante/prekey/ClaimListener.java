package io.restante.prekey;

import io.restante.protocol.DeviceAddress;
import io.restante.protocol.Identity;

/** Hears of every claim that was served. Called on event loops: must not block. */
@FunctionalInterface
public interface ClaimListener {
  /** Hears nothing. */
  ClaimListener NONE = (owner, identity, pool, outcome) -> {};

  /** A claim got this from one pool of one device. A replayed answer is not told again. */
  void onClaimed(DeviceAddress owner, Identity identity, Pool pool, PoolOutcome outcome);
}
