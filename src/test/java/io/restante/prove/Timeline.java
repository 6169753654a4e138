package io.restante.prove;

import io.restante.faults.Span;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What was so, and when, as far as its changes tell: each took effect at some moment of its span.
 * Which of two was the first is known where one began after the other was over.
 */
final class Timeline<T> {
  /**
   * From a moment of this span on it is so.
   *
   * @param sureness whether it surely is, and ends all that began before
   */
  record Change<T>(Span span, T state, Sureness sureness) {}

  /** What is known of a change. */
  enum Sureness {
    /** It takes effect, and nothing that began before it takes effect after it. */
    FINAL,
    /** It takes effect. */
    SURE,
    /** It takes effect, or never does. */
    UNSURE
  }

  private final List<Change<T>> changes = new ArrayList<>();

  void add(Span span, T state) {
    add(new Change<>(span, state, Sureness.SURE));
  }

  /** A change after which none of the earlier ones takes effect. */
  void addFinal(Span span, T state) {
    add(new Change<>(span, state, Sureness.FINAL));
  }

  /** A change that may never take effect, and does in its span if it does. */
  void addUnsure(Span span, T state) {
    add(new Change<>(span, state, Sureness.UNSURE));
  }

  private void add(Change<T> change) {
    changes.add(change);
    changes.sort(Comparator.comparingLong(each -> each.span().from()));
  }

  /** All that may have been so at some moment of a span; nothing where nothing is known. */
  List<Change<T>> during(Span span) {
    List<Change<T>> possible = new ArrayList<>();
    long newestBegan = Long.MIN_VALUE;
    boolean isOver = false;
    for (int i = changes.size() - 1; i >= 0 && !isOver; i--) {
      Change<T> change = changes.get(i);
      if (change.span().from() <= span.to() && change.span().to() >= newestBegan) {
        possible.add(0, change);
      }
      if (change.span().to() < span.from() && change.sureness() != Sureness.UNSURE) {
        newestBegan = Math.max(newestBegan, change.span().from());
        isOver = change.sureness() == Sureness.FINAL;
      }
    }
    return possible;
  }
}
