package io.restante.edge;

import io.restante.limit.ByteBudget;
import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;

/** What the body of one request takes of the budget of all, from its arrival to the answer. */
final class HeldBody {
  /** Bodies up to this are not counted: connections are, and they bound these. */
  static final int SMALL_BYTES = 8 * 1024;

  private final ByteBudget budget;
  private boolean ofStranger;
  private int bytesTaken;

  HeldBody(ByteBudget budget) {
    this.budget = budget;
  }

  /**
   * Takes what the budget must bear for so many bytes of it in all.
   *
   * @param stranger the same for all of one body
   * @return false where it has no room for more
   */
  boolean hold(boolean stranger, int bytes) {
    if (bytes <= SMALL_BYTES) {
      return true;
    }
    ofStranger = stranger;
    boolean taken = budget.take(stranger, bytes - bytesTaken);
    bytesTaken = taken ? bytes : bytesTaken;
    return taken;
  }

  /** The body is let go of. */
  void release() {
    if (bytesTaken > 0) {
      budget.giveBack(ofStranger, bytesTaken);
      bytesTaken = 0;
    }
  }

  /** The budget is used up. */
  static GatewayException tooMany() {
    return new GatewayException(ErrorCode.OVERLOADED, "too many bodies are being read", 1);
  }
}
