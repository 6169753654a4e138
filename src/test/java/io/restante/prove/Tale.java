package io.restante.prove;

import io.restante.faults.Span;
import io.restante.prove.Event.Claim;
import io.restante.prove.Event.Closing;
import io.restante.prove.Event.Count;
import io.restante.prove.Event.Opening;
import io.restante.prove.Event.Served;
import io.restante.prove.Event.Trouble;
import io.restante.prove.Event.Upload;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A record made by hand: one account and what is done with it, each step after the last one. */
final class Tale {
  static final String SERVICE = "bob";
  static final String IDENTITY = "i1";
  static final Place PLACE = new Place(SERVICE, 1);
  private static final long STEP = 10;
  private static final String LAST_RESORT = "KEM:last";

  private final List<Event> events = new ArrayList<>();
  private long now;

  /** The span of the next step. */
  Span next() {
    now += STEP;
    return new Span(now, now + STEP / 2);
  }

  /** A span that reaches over so many steps, of which this is the first. */
  Span over(int steps) {
    Span first = next();
    return new Span(first.from(), first.to() + (steps - 1) * STEP);
  }

  Tale add(Event event) {
    events.add(event);
    return this;
  }

  Tale open() {
    return open(PLACE, IDENTITY);
  }

  Tale open(Place place, String identity) {
    return add(new Opening(next(), place, identity, LAST_RESORT));
  }

  Tale close(Place place) {
    return add(new Closing(next(), place));
  }

  Tale upload(String... keys) {
    return upload(next(), 204, Event.UNTOLD, keys);
  }

  Tale upload(Span span, int status, int dropped, String... keys) {
    List<String> names = Stream.of(keys).map(key -> "EC:" + key).toList();
    return add(new Upload(span, PLACE, IDENTITY, names, false, status, dropped));
  }

  /** A claim by alice that brought this key, or none. */
  Tale claim(@Nullable String key) {
    return claim(next(), "alice", null, "", key);
  }

  Tale claim(Span span, String caller, @Nullable String once, String body, @Nullable String key) {
    return add(
        new Claim(span, caller, SERVICE, 1, once, 200, body, IDENTITY, List.of(served(1, key))));
  }

  static Served served(int device, @Nullable String key) {
    return new Served(device, key == null ? null : "EC:" + key, LAST_RESORT);
  }

  /** A claim by alice that brought nothing. */
  Tale refused(Span span, int status) {
    return refused(span, null, status);
  }

  Tale refused(Span span, @Nullable String once, int status) {
    return add(new Claim(span, "alice", SERVICE, 1, once, status, "", "", List.of()));
  }

  Tale count(int count) {
    return add(new Count(next(), PLACE, count, 0));
  }

  Tale quiet() {
    return add(new Event.Quiet(next()));
  }

  /** A fault that reaches over so many steps, of which this is none. */
  Tale trouble(int steps) {
    return add(new Trouble(new Span(now + 1, now + steps * STEP), "a fault"));
  }

  /** The rules that it breaks, in the checker's order. */
  List<Finding.Rule> findings() {
    events.sort(Comparator.comparingLong(event -> event.span().from()));
    return Checker.check(events).stream().map(Finding::rule).toList();
  }
}
