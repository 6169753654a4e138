package io.restante.delivery;

import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What messages to many accounts have under way to Redis at a time: so few steps, and so few bytes
 * of them, that the link keeps room for everybody else. A step is made when its turn has come, and
 * nothing of it is kept but its result. Messages that are under way together take turns, step by
 * step, so that a large one holds up no small one.
 *
 * <p>One for each event loop, used on it only.
 */
public final class Window {
  /** Messages to many that an event loop takes at a time; each holds its body until its answer. */
  static final int MESSAGES_MAX = 32;

  /** The part of the link's limits that all of them have together. */
  private static final int LINK_PART = 32;

  private final int stepsMax;
  private final long bytesMax;
  private final Queue<Walk<?, ?>> waiting = new ArrayDeque<>();
  private int messages;
  private int steps;
  private long bytes;
  private boolean starting;

  /**
   * An empty one.
   *
   * @param stepsMax steps that are under way at a time
   * @param bytesMax their bytes; a single step may have more
   */
  Window(int stepsMax, long bytesMax) {
    if (stepsMax < 1 || bytesMax < 1) {
      throw new IllegalArgumentException(
          "stepsMax, bytesMax: " + stepsMax + ", " + bytesMax + " (expected: 1 or more)");
    }
    this.stepsMax = stepsMax;
    this.bytesMax = bytesMax;
  }

  /** A small part of what a link takes. */
  public static Window ofLink(int commandsMax, long bytesMax) {
    return new Window(Math.max(1, commandsMax / LINK_PART), Math.max(1, bytesMax / LINK_PART));
  }

  /** Handles one message to many; fails with 503 where too many of them are handled already. */
  public <T> Future<T> admit(Supplier<Future<T>> handling) {
    if (messages >= MESSAGES_MAX) {
      return Future.failedFuture(
          new GatewayException(
              ErrorCode.OVERLOADED, "messages to many accounts: too many at once", 1));
    }
    messages++;
    return begun(handling).onComplete(ended -> messages--);
  }

  /**
   * Takes a step for each item, in their order.
   *
   * @param bytesOf a step's bytes on the link
   * @return their results, in the same order; after the first failure no further step is taken
   */
  public <A, R> Future<List<R>> forEach(
      List<A> items, ToLongFunction<A> bytesOf, Function<A, Future<R>> step) {
    if (items.isEmpty()) {
      return Future.succeededFuture(List.of());
    }
    Walk<A, R> walk = new Walk<>(items, bytesOf, step);
    waiting.add(walk);
    start();
    return walk.done.future();
  }

  private void start() {
    if (starting) {
      // By a step that ended at once.
      return;
    }
    starting = true;
    Walk<?, ?> first = waiting.peek();
    while (first != null && hasRoomFor(first.nextBytes())) {
      waiting.remove();
      first.takeNext();
      if (first.hasNext()) {
        waiting.add(first);
      }
      first = waiting.peek();
    }
    starting = false;
  }

  private boolean hasRoomFor(long more) {
    return steps == 0 || (steps < stepsMax && bytes + more <= bytesMax);
  }

  private static <T> Future<T> begun(Supplier<Future<T>> step) {
    try {
      return step.get();
    } catch (RuntimeException failure) {
      return Future.failedFuture(failure);
    }
  }

  /** A list on its way, item by item. */
  private final class Walk<A, R> {
    final List<A> items;
    final ToLongFunction<A> bytesOf;
    final Function<A, Future<R>> step;
    final SortedMap<Integer, R> results = new TreeMap<>();
    final Promise<List<R>> done = Promise.promise();
    int next;
    boolean failed;

    Walk(List<A> items, ToLongFunction<A> bytesOf, Function<A, Future<R>> step) {
      this.items = items;
      this.bytesOf = bytesOf;
      this.step = step;
    }

    boolean hasNext() {
      return !failed && next < items.size();
    }

    long nextBytes() {
      return bytesOf.applyAsLong(items.get(next));
    }

    void takeNext() {
      int at = next;
      long its = nextBytes();
      next++;
      steps++;
      bytes += its;
      // The future is kept nowhere: it holds all that its step was made of.
      begun(() -> step.apply(items.get(at)))
          .onComplete((result, failure) -> ended(at, its, result, failure));
    }

    private void ended(int at, long its, @Nullable R result, @Nullable Throwable failure) {
      steps--;
      bytes -= its;
      if (result == null || failure != null) {
        failed = true;
        waiting.remove(this);
        done.tryFail(failure == null ? new IllegalStateException("no result") : failure);
      } else {
        results.put(at, result);
        if (results.size() == items.size()) {
          done.complete(List.copyOf(results.values()));
        }
      }
      start();
    }
  }
}
