package io.restante.storm;

import io.restante.faults.Span;
import io.restante.storm.Event.Acked;
import io.restante.storm.Event.Attends;
import io.restante.storm.Event.Cause;
import io.restante.storm.Event.Closed;
import io.restante.storm.Event.Confirmed;
import io.restante.storm.Event.Delivered;
import io.restante.storm.Event.Emptied;
import io.restante.storm.Event.Opened;
import io.restante.storm.Event.Part;
import io.restante.storm.Event.Polled;
import io.restante.storm.Event.Removed;
import io.restante.storm.Event.Sent;
import io.restante.storm.Event.Trouble;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A record made by hand: what alice sends to bob's two devices and what becomes of it, each step
 * after the last one. What is sent is named by its content; the first device gets it as it is
 * named, the second one with a 2 behind.
 */
final class Tale {
  static final Device ALICE = new Device("alice", 1);
  static final Device BOB = new Device("bob", 1);
  static final Device BOBS_OTHER = new Device("bob", 2);
  private static final long STEP = TimeUnit.MILLISECONDS.toNanos(10);

  private final List<Event> events = new ArrayList<>();
  private long now = TimeUnit.MINUTES.toNanos(1);

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

  private Span at() {
    now += STEP;
    return new Span(now, now);
  }

  Tale add(Event event) {
    events.add(event);
    return this;
  }

  /** So many seconds in which nothing happens. */
  Tale wait(int seconds) {
    now += TimeUnit.SECONDS.toNanos(seconds);
    return this;
  }

  /** Answered 200. */
  Tale sent(String name) {
    return sent(next(), null, 200, part(name));
  }

  /** To both devices. */
  Tale sentToBoth(String name, int status) {
    return sent(next(), null, status, part(name), new Part(BOBS_OTHER, name + '2'));
  }

  Tale sent(Span span, @Nullable String once, int status, Part... parts) {
    return add(new Sent(span, ALICE, once, false, true, status, List.of(parts)));
  }

  static Part part(String name) {
    return new Part(BOB, name);
  }

  Tale opened(int session) {
    return add(new Opened(next(), BOB, session));
  }

  /** Opened, and attended from the beginning. */
  Tale attended(int session) {
    return opened(session)
        .add(new Attends(at(), BOB, session))
        .add(new Emptied(at(), BOB, session));
  }

  Tale came(int session, String name) {
    return came(session, name, "guid of " + name);
  }

  Tale came(int session, String name, String guid) {
    return came(BOB, session, name, guid, 1);
  }

  Tale came(Device device, int session, String name, String guid, long timestampMs) {
    return add(new Delivered(at(), device, session, guid, timestampMs, ALICE.toString(), name));
  }

  /** All that came to the other device. */
  Tale cameToOther(String... names) {
    Stream.of(names).forEach(name -> came(BOBS_OTHER, 99, name + '2', "other of " + name, 1));
    return this;
  }

  Tale acked(int session, String name) {
    return add(new Acked(at(), BOB, session, "guid of " + name));
  }

  Tale confirmed(int session) {
    return add(new Confirmed(next(), BOB, session));
  }

  Tale closed(int session, int code, Cause cause) {
    return add(new Closed(at(), BOB, session, code, cause));
  }

  /** A poll that brings these. */
  Tale polled(int number, String... names) {
    Span span = next();
    for (String name : names) {
      add(new Delivered(span, BOB, number, "guid of " + name, 1, ALICE.toString(), name));
    }
    return add(new Polled(span, BOB, number, 200, false));
  }

  Tale removed(String name) {
    return add(new Removed(next(), BOB, "guid of " + name, 204));
  }

  /** A fault that reaches over the next so many steps. */
  Tale trouble(int steps, boolean forgets) {
    return add(new Trouble(new Span(now + 1, now + steps * STEP + STEP / 2), "a fault", forgets));
  }

  /** The rules that it breaks, in the checker's order. */
  List<Finding.Rule> findings() {
    events.sort(Comparator.comparingLong(event -> event.span().from()));
    return RecordChecker.check(events).stream().map(Finding::rule).toList();
  }
}
