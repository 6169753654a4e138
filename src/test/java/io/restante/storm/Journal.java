package io.restante.storm;

import io.restante.faults.History;
import io.restante.faults.Span;
import io.restante.storm.Event.Delivered;
import io.restante.storm.Event.Sent;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The record of one act while it grows, with what can be told of it at any time. */
final class Journal {
  private final History<Event> history = new History<>();
  private final Owed owed = new Owed();
  private final Set<Device> attending = ConcurrentHashMap.newKeySet();
  private final AtomicInteger sessions = new AtomicInteger();

  History<Event> history() {
    return history;
  }

  void add(Event event) {
    history.add(event);
    if (event instanceof Sent sent) {
      owed.sent(sent);
    } else if (event instanceof Delivered delivered) {
      owed.delivered(delivered.digest());
    }
  }

  long now() {
    return history.now();
  }

  Span since(long from) {
    return history.since(from);
  }

  /** This moment. */
  Span at() {
    long now = history.now();
    return new Span(now, now);
  }

  /** The number of the next session, or poll. */
  int nextSession() {
    return sessions.incrementAndGet();
  }

  /** Notes whether a device has a session by which it takes all that comes. */
  void attends(Device device, boolean does) {
    if (does) {
      attending.add(device);
    } else {
      attending.remove(device);
    }
  }

  /** Whether one of those waits for something. */
  boolean isOwed() {
    return owed.isOwedTo(attending);
  }

  int attending() {
    return attending.size();
  }
}
