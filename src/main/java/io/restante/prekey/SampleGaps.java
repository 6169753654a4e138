package io.restante.prekey;

/**
 * How many claims of a pool may pass until its length is asked for again. Bounded: of two pools
 * that fall together the last one is remembered, and the other is asked for sooner. Not
 * thread-safe: one for each event loop.
 */
final class SampleGaps {
  private final int[] tags;
  private final short[] gaps;

  /** Remembers so many pools, a power of two. */
  SampleGaps(int poolsMax) {
    this.tags = new int[poolsMax];
    this.gaps = new short[poolsMax];
  }

  /** A claim: whether the pool is to be asked for now. */
  boolean isDue(long hash) {
    int slot = slot(hash);
    if (tags[slot] != tag(hash) || gaps[slot] == 0) {
      return true;
    }
    gaps[slot]--;
    return false;
  }

  /** So many claims may pass. */
  void set(long hash, int claims) {
    int slot = slot(hash);
    tags[slot] = tag(hash);
    gaps[slot] = (short) Math.max(0, Math.min(claims, Short.MAX_VALUE));
  }

  private int slot(long hash) {
    return (int) hash & (tags.length - 1);
  }

  private static int tag(long hash) {
    return (int) (hash >>> Integer.SIZE);
  }
}
