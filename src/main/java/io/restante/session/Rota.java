package io.restante.session;

import io.vertx.core.Vertx;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/**
 * Has something done for each of many sessions once in a period. Each has a turn of its own, drawn
 * at random, so that they do not all act together; those of one turn do, which saves waking up for
 * each of them. One for each event loop.
 */
final class Rota {
  private static final int TURN_MS_MIN = 100;
  private static final int TURNS_MAX = 600;

  /** A session's place in its turn. */
  interface Place {
    /** Nothing more is done for it. */
    void leave();
  }

  private final List<Set<Runnable>> turns;
  private int next;

  Rota(Vertx vertx, int periodMs) {
    int count = Math.max(1, Math.min(TURNS_MAX, periodMs / TURN_MS_MIN));
    this.turns = Stream.<Set<Runnable>>generate(HashSet::new).limit(count).toList();
    vertx.setPeriodic(periodMs / count, id -> turn(vertx));
  }

  /** From now on this is done, for the first time within a period. */
  Place join(Runnable action) {
    Set<Runnable> turn = turns.get(ThreadLocalRandom.current().nextInt(turns.size()));
    turn.add(action);
    return () -> turn.remove(action);
  }

  private void turn(Vertx vertx) {
    Set<Runnable> turn = turns.get(next);
    next = (next + 1) % turns.size();
    for (Runnable action : List.copyOf(turn)) {
      // Each by itself: one that fails keeps none from its turn.
      vertx.runOnContext(
          now -> {
            if (turn.contains(action)) {
              action.run();
            }
          });
    }
  }
}
