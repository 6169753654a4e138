package io.restante.prove;

import io.restante.faults.Span;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What was so, and when, as far as its changes tell: each took effect at some moment of its span,
 * one after the other.
 */
final class Timeline<T> {
  /** From a moment of this span on it is so. */
  record Change<T>(Span span, T state) {}

  private final List<Change<T>> changes = new ArrayList<>();

  void add(Span span, T state) {
    changes.add(new Change<>(span, state));
    changes.sort(Comparator.comparingLong(change -> change.span().from()));
  }

  /** All that may have been so at some moment of a span; nothing where nothing is known. */
  List<Change<T>> during(Span span) {
    List<Change<T>> possible = new ArrayList<>();
    Change<T> before = null;
    for (Change<T> change : changes) {
      if (change.span().to() < span.from()) {
        before = change;
      } else if (change.span().from() <= span.to()) {
        possible.add(change);
      }
    }
    if (before != null) {
      possible.add(0, before);
    }
    return possible;
  }
}
