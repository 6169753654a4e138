package io.restante.redis;

/**
 * A channel on one connection: whether it is wanted, and how far Redis has followed. Decides only:
 * each step says what to send now. Redis confirms each command in order, so that the channel is
 * heard once the last one sent was to subscribe and none is left unconfirmed.
 */
final class Channel {
  /** What to send to Redis after a step. */
  enum Step {
    /** Nothing. */
    NONE,
    /** A command to subscribe. */
    SUBSCRIBE,
    /** A command to let go. */
    UNSUBSCRIBE
  }

  private final ChannelName name;
  private final int slot;
  private boolean wanted;
  private boolean asked;
  private int unconfirmed;

  Channel(ChannelName name) {
    this.name = name;
    this.slot = name.slot();
  }

  ChannelName name() {
    return name;
  }

  /** The slot in which it lies, where it is a sharded one. */
  int slot() {
    return slot;
  }

  /** Whether somebody is to hear it. */
  boolean isWanted() {
    return wanted;
  }

  /** Whether what is published now is heard. */
  boolean isActive() {
    return asked && unconfirmed == 0;
  }

  /** Whether Redis has something more to say of it. */
  boolean isUnconfirmed() {
    return unconfirmed > 0;
  }

  /** Whether nobody wants it and Redis has nothing more to say of it. */
  boolean isOver() {
    return !wanted && unconfirmed == 0;
  }

  void want() {
    wanted = true;
  }

  /** Asks to be heard, where it is wanted and Redis was not told yet. */
  Step ask() {
    if (asked || !wanted) {
      return Step.NONE;
    }
    asked = true;
    unconfirmed++;
    return Step.SUBSCRIBE;
  }

  Step letGo() {
    wanted = false;
    if (!asked) {
      return Step.NONE;
    }
    asked = false;
    unconfirmed++;
    return Step.UNSUBSCRIBE;
  }

  /** Takes a confirmation. False where none was due. */
  boolean confirmed() {
    if (unconfirmed == 0) {
      return false;
    }
    unconfirmed--;
    return true;
  }

  /** The connection is gone, and with it all that Redis was told. */
  void lost() {
    asked = false;
    unconfirmed = 0;
  }
}
