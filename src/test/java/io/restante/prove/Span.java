package io.restante.prove;

/** From when to when something took, in nanoseconds by the stage's clock. */
record Span(long from, long to) {
  /** An end that never came. */
  static final long OPEN = Long.MAX_VALUE;

  Span {
    if (from > to) {
      throw new IllegalArgumentException("span: " + from + " to " + to + " (expected: forwards)");
    }
  }

  boolean overlaps(Span other) {
    return from <= other.to && other.from <= to;
  }
}
