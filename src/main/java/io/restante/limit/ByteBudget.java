package io.restante.limit;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bytes that a gateway holds at one time for its clients: request bodies, messages on sockets that
 * are not whole yet, or answers that are not read. Who has shown no credentials that were found
 * right is a stranger; all strangers together have half of it, so that they cannot take it from the
 * others. Usable from any thread.
 */
public final class ByteBudget {
  private final long bytesMax;
  private final AtomicLong held = new AtomicLong();
  private final AtomicLong heldOfStrangers = new AtomicLong();

  /** A budget of so many bytes. */
  public ByteBudget(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  /** Takes bytes of it; takes none and is false where there are not so many left. */
  public boolean take(boolean stranger, int bytes) {
    if (stranger && !add(heldOfStrangers, bytes, bytesMax / 2)) {
      return false;
    }
    if (add(held, bytes, bytesMax)) {
      return true;
    }
    if (stranger) {
      heldOfStrangers.addAndGet(-bytes);
    }
    return false;
  }

  private static boolean add(AtomicLong to, int bytes, long max) {
    if (to.addAndGet(bytes) <= max) {
      return true;
    }
    to.addAndGet(-bytes);
    return false;
  }

  /** Takes bytes of it, for one who is no stranger, whether there are so many left or not. */
  public void force(int bytes) {
    held.addAndGet(bytes);
  }

  /** Whether more is taken than there is. */
  public boolean isOver() {
    return held.get() > bytesMax;
  }

  /** Gives back what was taken. */
  public void giveBack(boolean stranger, int bytes) {
    held.addAndGet(-bytes);
    if (stranger) {
      heldOfStrangers.addAndGet(-bytes);
    }
  }

  /** Bytes that are taken. */
  public long held() {
    return held.get();
  }
}
