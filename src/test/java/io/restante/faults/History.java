package io.restante.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The record of a play, and its clock. Any thread may add to it. */
public final class History<E extends Timed> {
  /** So long after a standstill those who gave up may come back, or another primary take over. */
  private static final long AFTERMATH_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final long origin = System.nanoTime();
  private final Queue<E> events = new ConcurrentLinkedQueue<>();
  private final AtomicInteger count = new AtomicInteger();

  /** The time, in nanoseconds since the play began. */
  public long now() {
    return System.nanoTime() - origin;
  }

  /** From a time until now. */
  public Span since(long from) {
    return new Span(from, now());
  }

  /** The time of a standstill and of what comes of it, as far as it is past. */
  public Span of(Standstill standstill) {
    long now = now();
    long from = Math.min(now, Math.max(0, standstill.fromNanos() - origin));
    return new Span(
        from, Math.max(from, Math.min(now, standstill.toNanos() - origin + AFTERMATH_NANOS)));
  }

  /** The moment at which a standstill ended. */
  public Span endOf(Standstill standstill) {
    long end = Math.max(0, standstill.toNanos() - origin);
    return new Span(end, end);
  }

  /** Keeps an event. */
  public void add(E event) {
    events.add(event);
    count.incrementAndGet();
  }

  /** How many events there are. */
  public int size() {
    return count.get();
  }

  /** All events by the time at which they began. */
  public List<E> events() {
    List<E> sorted = new ArrayList<>(events);
    sorted.sort(Comparator.comparingLong(event -> event.span().from()));
    return sorted;
  }

  /** Writes all events to a file, a line each. */
  public void write(Path file) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.write(file, events().stream().map(Object::toString).toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
