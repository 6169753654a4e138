package io.restante.mailbox;

import io.restante.protocol.GatewayException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The way of one event loop's reads of envelopes. Their replies share a connection with everything
 * else, in order, so what is under way never amounts to more than passes in some tens of
 * milliseconds; other reads wait their turn, first come, first served.
 *
 * <p>How long a reply will be is not known before. It is taken to be as long as the longest of
 * late, so that one long reply makes the next ones go a few at a time, until short ones follow.
 */
final class ReadLane {
  /** Bytes that the replies of all reads under way are expected to have; one goes at any rate. */
  static final long BYTES_MAX = 2 * 1024 * 1024;

  /** Reads under way, however short they are expected to be. */
  static final int READS_MAX = 64;

  /** Reads that wait their turn. */
  static final int WAITING_MAX = 16_384;

  private static final long BYTES_GUESS = 4 * 1024;

  /** A 64th of the difference goes with each read that brought less. */
  private static final int FORGOTTEN_PER_READ = 64;

  private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
  private long expectedBytes = BYTES_GUESS;
  private long underWayBytes;
  private int underWay;
  private boolean starting;

  /**
   * Begins a read, or has it wait. Fails with {@code REDIS_UNAVAILABLE} where too many wait.
   *
   * @param bytesOf of what it brought
   */
  <T extends @Nullable Object> Future<T> read(Supplier<Future<T>> read, ToLongFunction<T> bytesOf) {
    if (waiting.isEmpty() && hasRoom()) {
      return start(read, bytesOf);
    }
    if (waiting.size() >= WAITING_MAX) {
      return Future.failedFuture(
          GatewayException.redisUnavailable("too many reads of mailboxes wait for Redis"));
    }
    Promise<T> promise = Promise.promise();
    waiting.add(() -> start(read, bytesOf).onComplete(promise));
    return promise.future();
  }

  /** Reads that are under way. */
  int underWay() {
    return underWay;
  }

  private boolean hasRoom() {
    return underWay == 0 || (underWay < READS_MAX && underWayBytes + expectedBytes <= BYTES_MAX);
  }

  private <T extends @Nullable Object> Future<T> start(
      Supplier<Future<T>> read, ToLongFunction<T> bytesOf) {
    long charged = expectedBytes;
    underWay++;
    underWayBytes += charged;
    return read.get()
        .onComplete(
            (brought, failure) -> {
              underWay--;
              underWayBytes -= charged;
              if (failure == null) {
                learn(bytesOf.applyAsLong(brought));
              }
              startWaiting();
            });
  }

  private void learn(long bytes) {
    long forgotten = (expectedBytes - bytes) / FORGOTTEN_PER_READ;
    expectedBytes =
        bytes > expectedBytes ? bytes : Math.max(BYTES_GUESS, expectedBytes - forgotten);
  }

  /** A loop and no recursion: without a connection each of them fails at once. */
  private void startWaiting() {
    if (starting) {
      return;
    }
    starting = true;
    try {
      while (!waiting.isEmpty() && hasRoom()) {
        waiting.remove().run();
      }
    } finally {
      starting = false;
    }
  }
}
