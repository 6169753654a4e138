package io.restante.storm;

import io.restante.faults.Span;
import io.restante.storm.Event.Trouble;
import java.util.List;

/** The faults of a record. */
final class Troubles {
  private final List<Trouble> all;

  Troubles(List<Event> events) {
    this.all = events.stream().filter(Trouble.class::isInstance).map(Trouble.class::cast).toList();
  }

  /** Whether something went wrong at some moment of a span. */
  boolean during(Span span) {
    return all.stream().anyMatch(trouble -> trouble.span().overlaps(span));
  }

  /** The same of something that may have undone what nobody was answered. */
  boolean forgotDuring(Span span) {
    return all.stream().anyMatch(trouble -> trouble.forgets() && trouble.span().overlaps(span));
  }

  /** The first moment from which on nothing went wrong for so long. */
  long calmFor(long nanos, long from) {
    long calm = from;
    for (Trouble trouble : all) {
      // In the order in which they began.
      if (trouble.span().from() <= calm + nanos) {
        calm = Math.max(calm, trouble.span().to());
      }
    }
    return calm;
  }
}
