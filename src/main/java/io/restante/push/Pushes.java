package io.restante.push;

import io.vertx.core.Future;
import java.util.List;

/** Takes down which pushes devices are owed. Used from one event loop, which it never blocks. */
public interface Pushes {
  /** Where nobody is woken. */
  Pushes NONE = (owed, when) -> Future.succeededFuture();

  /** When a push is due. */
  enum When {
    /** At once. */
    NOW,
    /** In a few seconds, unless the envelope is acked before. */
    UNLESS_ACKED,
    /** After a while, unless the device is back before. */
    UNLESS_BACK
  }

  /**
   * Takes down pushes for devices of one account. Completes once they survive this gateway, and
   * also where that could not be done: the mailbox has what they are about.
   *
   * @param owed for devices of one account
   */
  Future<Void> owe(List<OwedPush> owed, When when);
}
