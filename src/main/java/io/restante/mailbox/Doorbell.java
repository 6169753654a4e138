package io.restante.mailbox;

import io.restante.protocol.DeviceAddress;
import io.vertx.core.Future;

/**
 * Tells a device's live session that something waits, and that a newer session of the same device
 * has taken its place. A ring is only a hint: it can be lost, and can be for something that is gone
 * already. The mailbox is the truth.
 */
public interface Doorbell {
  /** What a session hears, on the context on which it opened, and never after it closed. */
  interface Listener {
    /** Whether it has ended: a session that is not open yet is not opened then. */
    boolean isGone();

    /** Something waits in the mailbox. */
    void onRing();

    /** Something waits that is for live sessions only. */
    void onOnlineRing();

    /** Prekeys of this device run low, as {@link Doorbell#tellLowStock} says. */
    void onLowStock();

    /** A newer session of this device was opened; told once, maybe before the open completes. */
    void onDisplaced();

    /** The subscription is back after a loss; rings may have been missed. */
    void onReconnect();
  }

  /** An open session's hold on its doorbell. */
  interface Session {
    /** Grows with each session of a device; the highest is the live one. */
    long number();

    /**
     * Asks Redis whether a newer session was opened, as the signal of it may have been lost; tells
     * the listener if so. For sweeps; after a reconnect it is done without being asked.
     *
     * @return whether this session is still the newest
     */
    Future<Boolean> check();

    /** Lets go of the doorbell; nothing is heard from now on. */
    void close();
  }

  /** What became of the word that prekeys run low. */
  enum Told {
    /** A gateway hears this doorbell: the device is connected. */
    HEARD,
    /** Nobody does, and the device is to be woken: once a day one caller gets this answer. */
    TO_BE_WOKEN,
    /** Nobody does, and the device was woken for it before. */
    WOKEN_BEFORE
  }

  /**
   * Whether a further session of a device may be opened. Fails with {@code RATE_LIMITED} where
   * sessions of it have displaced each other too often of late: two clients with one credential
   * would go on for ever.
   */
  Future<Void> admit(DeviceAddress owner);

  /** Counts a session that was displaced while its client still used it. */
  Future<Void> countDisplaced(DeviceAddress owner);

  /** Tells a device's session that its prekeys run low, wherever it is. */
  Future<Told> tellLowStock(DeviceAddress owner);

  /**
   * Opens a session: subscribes first, then displaces every earlier session of the device, on any
   * gateway. Whoever reads the mailbox after this completes misses nothing. Rings before that are
   * not told. Fails with {@code REDIS_UNAVAILABLE}, and leaves no subscription then.
   */
  Future<Session> open(DeviceAddress owner, Listener listener);
}
