package io.restante.faults;

/** From when to when something took, in nanoseconds by the clock of its {@link History}. */
public record Span(long from, long to) {
  /** An end that never came. */
  public static final long OPEN = Long.MAX_VALUE;

  /** Checks that it runs forwards. */
  public Span {
    if (from > to) {
      throw new IllegalArgumentException("span: " + from + " to " + to + " (expected: forwards)");
    }
  }

  /** Whether both have a moment in common. */
  public boolean overlaps(Span other) {
    return from <= other.to && other.from <= to;
  }
}
