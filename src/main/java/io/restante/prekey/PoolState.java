package io.restante.prekey;

import io.restante.protocol.Identity;

/**
 * What an owner is told of one of its pools.
 *
 * @param identity under which it is
 * @param count entries that wait, the reserve included
 * @param ttlSeconds after which entries expire; 0 for never
 * @param ageSeconds since the upload that the entries came with, by Redis' clock
 */
public record PoolState(
    Identity identity,
    String name,
    int count,
    boolean hasLastResort,
    boolean isNewestFirst,
    int ttlSeconds,
    long ageSeconds) {
  /** The order that the newest entry is handed out first in. */
  public static final String NEWEST = "newest";

  /** The order that the oldest entry is handed out first in. */
  public static final String OLDEST = "oldest";

  /**
   * Reads the field that {@code upload.lua} writes.
   *
   * @param state {@code <second of upload>:<oldest or newest>:<ttl in seconds>}, or empty
   */
  static PoolState of(
      Identity identity,
      String name,
      int count,
      boolean hasLastResort,
      String state,
      long nowSeconds) {
    if (state.isEmpty()) {
      return new PoolState(identity, name, count, hasLastResort, false, 0, 0);
    }
    String[] parts = state.split(":", -1);
    return new PoolState(
        identity,
        name,
        count,
        hasLastResort,
        parts[1].equals(NEWEST),
        Integer.parseInt(parts[2]),
        Math.max(0, nowSeconds - Long.parseLong(parts[0])));
  }
}
