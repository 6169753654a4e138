package io.restante.prekey;

import org.jspecify.annotations.Nullable;

/**
 * What a claim found of one device.
 *
 * @param entries one for each pool that is claimed, with its epoch; null where there was none
 */
record Found<F extends FieldsRead>(int device, F fields, byte[] @Nullable [] entries) {
  /** Whether the device can be served. */
  boolean isServable() {
    return fields.isComplete();
  }

  /** How many one-time entries it holds. */
  int oneTime() {
    int count = 0;
    for (byte[] entry : entries) {
      count += entry == null ? 0 : 1;
    }
    return count;
  }

  /** What one of the pools gave. */
  PoolOutcome outcome(int pool) {
    if (entries[pool] != null) {
      return PoolOutcome.ONE_TIME;
    }
    return fields.lastResort(pool) == null ? PoolOutcome.EMPTY : PoolOutcome.LAST_RESORT;
  }
}
