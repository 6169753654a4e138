package io.restante.prekey;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The fields of a device that are read after its pools were popped. */
interface FieldsRead {
  /** The epoch to which entries must belong; 0 where there is none. */
  long epoch();

  /** Whether anything is stored of the device. */
  boolean exists();

  /** Whether it can be served. */
  boolean isComplete();

  /** Why it cannot be served though something is stored of it. */
  ClaimResult.Refused lack();

  /** How many entries the ends of the reserve have, see {@link PoolCounts#inReserve}. */
  String reserve();

  /** What stands in for an empty pool, of those that are popped together; null where nothing. */
  byte @Nullable [] lastResort(int pool);

  /** Whether an entry belongs to these fields. */
  default boolean owns(byte[] entry) {
    return Pool.epochOf(entry) == (epoch() & 0xFFFF);
  }

  /** A number in decimal digits; the fallback where it is absent. */
  static long number(byte @Nullable [] digits, long fallback) {
    return digits == null
        ? fallback
        : Long.parseLong(new String(digits, StandardCharsets.US_ASCII));
  }

  /** An ASCII text; empty where it is absent. */
  static String text(byte @Nullable [] ascii) {
    return ascii == null ? "" : new String(ascii, StandardCharsets.US_ASCII);
  }
}
