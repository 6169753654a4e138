package io.restante.redis;

import java.util.ArrayList;
import java.util.List;

/**
 * Who holds a channel, and how far Redis has followed. Decides only: each step says what to send
 * now. Redis confirms each command in order, so that the channel is heard once the last one sent
 * was to subscribe and none is left unconfirmed.
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
  private final List<Hold> holds = new ArrayList<>(1);
  private boolean wanted;
  private int unconfirmed;

  Channel(ChannelName name) {
    this.name = name;
  }

  ChannelName name() {
    return name;
  }

  List<Hold> holds() {
    return holds;
  }

  /** Whether what is published now is heard. */
  boolean isActive() {
    return wanted && unconfirmed == 0;
  }

  /** Whether nobody holds it and Redis has nothing more to say of it. */
  boolean isOver() {
    return holds.isEmpty() && unconfirmed == 0;
  }

  void join(Hold hold) {
    holds.add(hold);
  }

  /** Asks to be heard, where somebody holds it and Redis was not told yet. */
  Step want() {
    if (wanted || holds.isEmpty()) {
      return Step.NONE;
    }
    wanted = true;
    unconfirmed++;
    return Step.SUBSCRIBE;
  }

  Step leave(Hold hold) {
    holds.remove(hold);
    if (!wanted || !holds.isEmpty()) {
      return Step.NONE;
    }
    wanted = false;
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
    wanted = false;
    unconfirmed = 0;
  }
}
