package io.restante.limit;

import java.security.SecureRandom;

/**
 * Hashes what a bucket is about. Each process has a secret of its own, so that nobody can choose
 * what falls together.
 */
public final class BucketHash {
  private final long seed;

  /** With a fresh secret. */
  public BucketHash() {
    this(new SecureRandom().nextLong());
  }

  BucketHash(long seed) {
    this.seed = seed;
  }

  /** Of these numbers in this order. */
  public long of(long first, long second, long third) {
    return mix(mix(mix(seed ^ first) ^ second) ^ third);
  }

  /** Of these numbers in this order. */
  public long of(long first, long second, long third, long fourth, long fifth) {
    return mix(mix(of(first, second, third) ^ fourth) ^ fifth);
  }

  /** The finalizer of SplitMix64: every bit of the input changes half of the output's. */
  private static long mix(long input) {
    long bits = input + 0x9E3779B97F4A7C15L;
    bits = (bits ^ bits >>> 30) * 0xBF58476D1CE4E5B9L;
    bits = (bits ^ bits >>> 27) * 0x94D049BB133111EBL;
    return bits ^ bits >>> 31;
  }
}
