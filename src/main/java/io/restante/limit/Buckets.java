package io.restante.limit;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The token buckets of one {@link Rate}, by a 64-bit hash of whom they are about. One for a
 * gateway: its event loops take from the same buckets, without a lock and without allocating.
 *
 * <p>A bucket is one long: 36 bits of the moment at which it is full again, 28 bits of the hash.
 * The rest of the hash names a set of 8 buckets. Two that agree in all of that are one: with a full
 * set, once in 33 million pairs.
 *
 * <p>The memory is bounded. A new bucket takes the place of the one in its set that is nearest to
 * full: mostly of one that is full, of which nothing is lost. Where all 8 are in use a few tokens
 * are forgotten, and counted: whoever wants an empty bucket forgotten must empty 8 others of every
 * set, as the hash does not tell which.
 */
public final class Buckets {
  private static final int WAYS = 8;
  private static final int TAG_BITS = 28;
  private static final long TAG_MASK = (1L << TAG_BITS) - 1;

  /** A debt that comes from elsewhere is believed up to so many empty buckets. */
  private static final int RAISE_BURSTS_MAX = 4;

  private final Rate rate;
  private final long startNanos;
  private final AtomicLongArray slots;
  private final AtomicLong forgotten = new AtomicLong();

  /**
   * Full buckets.
   *
   * @param bucketsMax a power of two, at least 8; each takes 8 bytes
   * @param nowNanos by the clock of every later call
   */
  public Buckets(Rate rate, int bucketsMax, long nowNanos) {
    if (bucketsMax < WAYS || Integer.bitCount(bucketsMax) != 1) {
      throw new IllegalArgumentException(
          "bucketsMax: " + bucketsMax + " (expected: a power of two from " + WAYS + ")");
    }
    this.rate = rate;
    this.startNanos = nowNanos;
    this.slots = new AtomicLongArray(bucketsMax);
  }

  /** What they allow. */
  public Rate rate() {
    return rate;
  }

  /**
   * Takes a token.
   *
   * @return 0 where there was one, otherwise the milliseconds after which there will be one
   */
  public long take(long hash, long nowNanos) {
    long now = ticks(nowNanos);
    while (true) {
      int slot = find(hash);
      long value = slots.get(slot);
      boolean known = isOf(value, hash);
      long fullAt = known ? value >>> TAG_BITS : 0;
      long wait = rate.waitTicks(fullAt, now);
      if (wait > 0) {
        return wait * Rate.TICK_MS;
      }
      if (slots.compareAndSet(slot, value, packed(hash, rate.afterOne(fullAt, now)))) {
        if (!known && value >>> TAG_BITS > now) {
          forgotten.incrementAndGet();
        }
        return 0;
      }
    }
  }

  /** How long until a token can be taken, which is left; 0 where there is one. */
  public long waitMs(long hash, long nowNanos) {
    long value = slots.get(find(hash));
    long fullAt = isOf(value, hash) ? value >>> TAG_BITS : 0;
    return Math.max(0, rate.waitTicks(fullAt, ticks(nowNanos))) * Rate.TICK_MS;
  }

  /** Whether a bucket has all its tokens. */
  public boolean isFull(long hash, long nowNanos) {
    long value = slots.get(find(hash));
    return !isOf(value, hash) || value >>> TAG_BITS <= ticks(nowNanos);
  }

  /** Takes as many tokens that a bucket lacks at least what takes so long to come back. */
  public void raise(long hash, long debtMs, long nowNanos) {
    long now = ticks(nowNanos);
    long debt = Math.min(debtMs / Rate.TICK_MS, RAISE_BURSTS_MAX * rate.capacityTicks());
    while (true) {
      int slot = find(hash);
      long value = slots.get(slot);
      if (value >>> TAG_BITS >= now + debt) {
        return;
      }
      if (slots.compareAndSet(slot, value, packed(hash, now + debt))) {
        return;
      }
    }
  }

  /** How many buckets were forgotten that were not full. */
  public long forgotten() {
    return forgotten.get();
  }

  /** Where this bucket is, or else where it would be put. */
  private int find(long hash) {
    int first = ((int) (hash >>> TAG_BITS) & (slots.length() / WAYS - 1)) * WAYS;
    int nearestFull = first;
    long least = Long.MAX_VALUE;
    for (int slot = first; slot < first + WAYS; slot++) {
      long value = slots.get(slot);
      if (isOf(value, hash)) {
        return slot;
      }
      if (value >>> TAG_BITS < least) {
        least = value >>> TAG_BITS;
        nearestFull = slot;
      }
    }
    return nearestFull;
  }

  private static boolean isOf(long value, long hash) {
    return value != 0 && (value & TAG_MASK) == (hash & TAG_MASK);
  }

  private static long packed(long hash, long fullAt) {
    return (fullAt << TAG_BITS) | (hash & TAG_MASK);
  }

  /** From 1: a moment of 0 is that of no bucket. */
  private long ticks(long nowNanos) {
    return TimeUnit.NANOSECONDS.toMillis(nowNanos - startNanos) / Rate.TICK_MS + 1;
  }
}
