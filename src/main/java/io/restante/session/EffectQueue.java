package io.restante.session;

import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;

/** Effects of one session, carried out one after the other, also those that come of another one. */
final class EffectQueue {
  private final Consumer<Effect> carryOut;
  private final Runnable whenDone;
  private final ArrayDeque<Effect> effects = new ArrayDeque<>();
  private boolean busy;

  /**
   * Makes an empty one.
   *
   * @param whenDone run each time that all has been carried out
   */
  EffectQueue(Consumer<Effect> carryOut, Runnable whenDone) {
    this.carryOut = carryOut;
    this.whenDone = whenDone;
  }

  /**
   * Carries these out, at once or after those that are being carried out. Where one throws, so does
   * this, and what is left is dropped.
   */
  void perform(List<Effect> more) {
    effects.addAll(more);
    if (busy) {
      return;
    }
    busy = true;
    try {
      for (Effect effect = effects.poll(); effect != null; effect = effects.poll()) {
        carryOut.accept(effect);
      }
    } finally {
      effects.clear();
      busy = false;
    }
    whenDone.run();
  }
}
