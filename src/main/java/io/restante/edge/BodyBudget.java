package io.restante.edge;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bytes of request bodies that a gateway holds at one time, each from its arrival to the answer.
 * Who has shown no credentials that were found right is a stranger; all strangers together have
 * half of it, so that they cannot take it from the others.
 */
public final class BodyBudget {
  /** Bodies up to this are not counted: connections are, and they bound these. */
  static final int SMALL_BYTES = 8 * 1024;

  private final long bytesMax;
  private final AtomicLong held = new AtomicLong();
  private final AtomicLong heldOfStrangers = new AtomicLong();

  /** A budget of so many bytes. */
  public BodyBudget(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  /** Takes bytes of it; takes none and is false where there are not so many left. */
  boolean take(boolean stranger, int bytes) {
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

  /** Gives back what was taken. */
  void giveBack(boolean stranger, int bytes) {
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
