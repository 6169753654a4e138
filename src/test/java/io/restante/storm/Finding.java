package io.restante.storm;

/**
 * Where the record breaks the promise.
 *
 * @param rule what is broken
 * @param what how, in words
 * @param at the event that shows it
 */
record Finding(Rule rule, String what, Event at) {
  private static final int CHARS_MAX = 600;

  /** What holds in every record, see docs/proof.md. */
  enum Rule {
    LOST,
    LATE,
    ORDER,
    ORIGIN,
    COPIES,
    PARTIAL,
    AGAIN,
    STATUS,
    CLOSE,
    GATEWAY
  }

  @Override
  public String toString() {
    String event = at.toString();
    return rule
        + ": "
        + what
        + "\n    "
        + (event.length() > CHARS_MAX ? event.substring(0, CHARS_MAX) + "..." : event);
  }
}
