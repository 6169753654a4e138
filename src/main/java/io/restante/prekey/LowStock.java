package io.restante.prekey;

import io.restante.protocol.DeviceAddress;
import io.restante.protocol.Identity;

/** Hears that a pool runs low. Called on an event loop: must not block. */
@FunctionalInterface
public interface LowStock {
  /**
   * A pool has fewer keys than it should.
   *
   * @param count how many it has, absolute
   */
  void isLow(DeviceAddress owner, Identity identity, Pool pool, int count);
}
