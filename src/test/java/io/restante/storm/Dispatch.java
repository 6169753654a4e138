package io.restante.storm;

import io.restante.faults.Span;
import io.restante.storm.Event.Part;
import io.restante.storm.Event.Sent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one sender wanted to be at one account's devices, in however many attempts.
 *
 * @param span from the first attempt to the first answer 200, or for ever without one
 */
record Dispatch(Span span, List<Sent> attempts) {
  /** All of a record, whose events are in the order in which they began. */
  static List<Dispatch> of(List<Event> events) {
    Map<String, List<Sent>> attempts = new LinkedHashMap<>();
    for (Event event : events) {
      if (event instanceof Sent sent) {
        attempts
            .computeIfAbsent(sent.parts().get(0).digest(), first -> new ArrayList<>())
            .add(sent);
      }
    }
    return attempts.values().stream().map(Dispatch::ofAttempts).toList();
  }

  private static Dispatch ofAttempts(List<Sent> attempts) {
    long to =
        attempts.stream()
            .filter(sent -> sent.status() == 200)
            .mapToLong(sent -> sent.span().to())
            .min()
            .orElse(Span.OPEN);
    return new Dispatch(new Span(attempts.get(0).span().from(), to), attempts);
  }

  Sent first() {
    return attempts.get(0);
  }

  List<Part> parts() {
    return first().parts();
  }

  /** Whether it was answered 200. */
  boolean isAnswered() {
    return span.to() != Span.OPEN;
  }

  /** Whom its envelopes tell as their sender. */
  String source() {
    return first().sealed() ? Event.SEALED : first().device().toString();
  }

  /** How many envelopes for each device may have come of it. */
  long copiesMax() {
    long taken = attempts.stream().filter(Dispatch::mayBeTaken).count();
    return first().once() == null ? taken : Math.min(1, taken);
  }

  /** 503 says that Redis did not answer, and not what it did. */
  private static boolean mayBeTaken(Sent sent) {
    return sent.status() <= 0 || sent.status() == 200 || sent.status() == 503;
  }
}
