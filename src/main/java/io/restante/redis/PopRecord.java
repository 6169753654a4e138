package io.restante.redis;

import io.vertx.redis.client.Command;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * What was popped in the last minute, at most {@link #POPS_MAX} entries. Not synchronised: whoever
 * has it sees to that.
 */
final class PopRecord {
  /** How many pops are remembered. */
  static final int POPS_MAX = 65_536;

  /** How long. */
  static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(60);

  /** An end of a list. */
  record End(Command pop, String list) {}

  private record Pop(History history, End end, long answeredNanos) {}

  private final ArrayDeque<Pop> pops = new ArrayDeque<>();

  /** Adds one; tells whether an older one was forgotten before its time. */
  boolean add(History history, End end, long nowNanos) {
    while (!pops.isEmpty() && nowNanos - pops.getFirst().answeredNanos() > WINDOW_NANOS) {
      pops.removeFirst();
    }
    boolean full = pops.size() >= POPS_MAX;
    if (full) {
      pops.removeFirst();
    }
    pops.addLast(new Pop(history, end, nowNanos));
    return full;
  }

  /** How often each end was popped since then, of these histories. */
  Map<End, Integer> since(long nanos, Predicate<History> of) {
    Map<End, Integer> counts = new HashMap<>();
    Iterator<Pop> newestFirst = pops.descendingIterator();
    while (newestFirst.hasNext()) {
      Pop pop = newestFirst.next();
      if (pop.answeredNanos() - nanos < 0) {
        break;
      }
      if (of.test(pop.history())) {
        counts.merge(pop.end(), 1, Integer::sum);
      }
    }
    return counts;
  }

  /** Forgets these ends. */
  void forget(Set<End> ends) {
    pops.removeIf(pop -> ends.contains(pop.end()));
  }
}
