package io.restante.session;

import io.restante.mailbox.EnvelopeId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Envelopes that the client has acked and that may still be read from the mailbox: their deletion
 * is not confirmed, or a read was under way when it was. None of them is sent again.
 *
 * <p>One deletion is under way at a time; acks that come meanwhile go with the next.
 */
final class PendingAcks {
  /** Envelopes of one deletion; the mailbox takes no more. */
  static final int BATCH_MAX = 1000;

  private final Deque<EnvelopeId> waiting = new ArrayDeque<>();
  private final Set<EnvelopeId> known = new HashSet<>();
  private final List<EnvelopeId> deletedDuringRead = new ArrayList<>();
  private List<EnvelopeId> underWay = List.of();

  void add(EnvelopeId id) {
    if (known.add(id)) {
      waiting.add(id);
    }
  }

  boolean contains(EnvelopeId id) {
    return known.contains(id);
  }

  int size() {
    return known.size();
  }

  /** The next deletion, empty where there is none or one is under way. */
  List<EnvelopeId> next() {
    if (!underWay.isEmpty()) {
      return List.of();
    }
    underWay = take();
    return underWay;
  }

  /** Takes out what waits, up to one batch. */
  List<EnvelopeId> take() {
    List<EnvelopeId> batch = new ArrayList<>(Math.min(waiting.size(), BATCH_MAX));
    while (!waiting.isEmpty() && batch.size() < BATCH_MAX) {
      batch.add(waiting.remove());
    }
    return List.copyOf(batch);
  }

  /** The deletion under way is done. */
  void confirm(boolean reading) {
    if (reading) {
      deletedDuringRead.addAll(underWay);
    } else {
      underWay.forEach(known::remove);
    }
    underWay = List.of();
  }

  /** The deletion under way failed: its envelopes go with the next. */
  void putBack() {
    for (int i = underWay.size() - 1; i >= 0; i--) {
      waiting.addFirst(underWay.get(i));
    }
    underWay = List.of();
  }

  /** A read has ended: no read that is still to come finds what was deleted during it. */
  void forgetDeleted() {
    deletedDuringRead.forEach(known::remove);
    deletedDuringRead.clear();
  }
}
