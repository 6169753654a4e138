package io.restante.prove;

import io.restante.faults.Span;
import io.restante.prove.Event.Quiet;
import java.util.List;

/** The times of a record at which nothing was under way. */
record Quiets(List<Span> spans) {
  static Quiets of(List<Event> events) {
    return new Quiets(events.stream().filter(Quiet.class::isInstance).map(Event::span).toList());
  }

  /** When nothing was under way for the first time after a moment. */
  long after(long time) {
    return spans.stream()
        .mapToLong(Span::from)
        .filter(quiet -> quiet >= time)
        .findFirst()
        .orElse(Span.OPEN);
  }
}
