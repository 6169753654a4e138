package io.restante.redis;

import io.vertx.redis.client.Command;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What was popped in the last minute, at most {@link #POPS_MAX} entries, in arrays that are written
 * over and over: a record of objects would be moved by every collection. Not synchronised: whoever
 * has it sees to that.
 */
final class PopRecord {
  /** How many pops are remembered. */
  static final int POPS_MAX = 65_536;

  /** How long. */
  static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(60);

  /** Characters of the longest name of a list: the reserve of a named pool has 87. */
  static final int NAME_CHARS_MAX = 96;

  /** Names come in pieces, so that a gateway that pops little has little. */
  private static final int PIECE_POPS = 4_096;

  /** An end of a list. */
  record End(Command pop, String list) {}

  private final byte[] @Nullable [] names = new byte[POPS_MAX / PIECE_POPS][];
  private final byte[] lengths = new byte[POPS_MAX];
  private final Command[] commands = new Command[POPS_MAX];
  private final @Nullable History[] histories = new History[POPS_MAX];
  private final long[] answeredNanos = new long[POPS_MAX];

  /** Of all pops ever: the oldest that is remembered, and the next. */
  private long first;

  private long next;

  /**
   * Adds one; tells whether an older one was forgotten before its time.
   *
   * @throws IllegalArgumentException where the name is longer than any list's
   */
  boolean add(History history, End end, long nowNanos) {
    while (first < next && nowNanos - answeredNanos[at(first)] > WINDOW_NANOS) {
      histories[at(first)] = null;
      first++;
    }
    boolean full = next - first == POPS_MAX;
    first += full ? 1 : 0;
    int at = at(next);
    write(at, end.list());
    commands[at] = end.pop();
    histories[at] = history;
    answeredNanos[at] = nowNanos;
    next++;
    return full;
  }

  private static int at(long pop) {
    return (int) (pop % POPS_MAX);
  }

  private void write(int at, String name) {
    int length = name.length();
    if (length > NAME_CHARS_MAX) {
      throw new IllegalArgumentException(
          "name: " + length + " characters (expected: up to " + NAME_CHARS_MAX + ")");
    }
    byte[] piece = names[at / PIECE_POPS];
    if (piece == null) {
      piece = new byte[PIECE_POPS * NAME_CHARS_MAX];
      names[at / PIECE_POPS] = piece;
    }
    int from = at % PIECE_POPS * NAME_CHARS_MAX;
    for (int i = 0; i < length; i++) {
      piece[from + i] = (byte) name.charAt(i);
    }
    lengths[at] = (byte) length;
  }

  private End end(int at) {
    byte[] piece = names[at / PIECE_POPS];
    int from = at % PIECE_POPS * NAME_CHARS_MAX;
    return new End(commands[at], new String(piece, from, lengths[at], StandardCharsets.ISO_8859_1));
  }

  /** How often each end was popped since then, of these histories. */
  Map<End, Integer> since(long nanos, Predicate<History> of) {
    Map<End, Integer> counts = new HashMap<>();
    for (long pop = next - 1; pop >= first && answeredNanos[at(pop)] - nanos >= 0; pop--) {
      History history = histories[at(pop)];
      if (history != null && of.test(history)) {
        counts.merge(end(at(pop)), 1, Integer::sum);
      }
    }
    return counts;
  }

  /** Forgets these ends. */
  void forget(Set<End> ends) {
    for (long pop = first; pop < next; pop++) {
      if (histories[at(pop)] != null && ends.contains(end(at(pop)))) {
        histories[at(pop)] = null;
      }
    }
  }
}
