package io.restante.bench.mail;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.BitSet;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * A load of letters on one way, in two models. Closed: so many are under way at a time, which finds
 * the throughput. Open: letters are due at times that were set beforehand, and a latency begins at
 * that time. In both it ends when the device has the whole letter; a letter is done once its sender
 * knows as well that it was stored.
 */
final class Deliveries implements Post.Listener {
  /**
   * What a run found.
   *
   * @param delivered stored, received and acked
   * @param again received once more
   * @param nanos from the first send to the last receipt
   */
  record Outcome(int delivered, int again, long nanos, Histogram latencyNanos) {}

  private static final long LATENCY_MAX_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long STALL_MS = 20_000;

  private final Vertx vertx;
  private final Post post;
  private Promise<Outcome> done = Promise.promise();
  private Histogram latency = new Histogram(LATENCY_MAX_NANOS, 3);
  private BitSet stored = new BitSet();
  private BitSet received = new BitSet();
  private long[] dueNanos = {};
  private boolean open;
  private int perSecond;
  private int first;
  private int wanted;
  private int sent;
  private int delivered;
  private int again;
  private long beganNanos;

  private Deliveries(Vertx vertx, Post post) {
    this.vertx = vertx;
    this.post = post;
  }

  /** Connects all clients. */
  static Future<Deliveries> connect(Vertx vertx, Post post) {
    Deliveries deliveries = new Deliveries(vertx, post);
    return post.connect(deliveries).map(deliveries);
  }

  /** Whose load this is. */
  Post post() {
    return post;
  }

  /** Sends so many letters, with so many under way at a time. */
  Future<Outcome> closed(int count, int inFlight) {
    begin(count);
    open = false;
    while (sent < Math.min(count, inFlight)) {
      send(System.nanoTime());
    }
    return watched();
  }

  /** Sends so many letters at this rate; those of one millisecond are due at its beginning. */
  Future<Outcome> open(int count, int rate) {
    begin(count);
    open = true;
    perSecond = rate;
    long timer = vertx.setPeriodic(1, id -> sendDue());
    return watched().onComplete(ended -> vertx.cancelTimer(timer));
  }

  private void begin(int count) {
    first += wanted;
    done = Promise.promise();
    latency = new Histogram(LATENCY_MAX_NANOS, 3);
    stored = new BitSet(count);
    received = new BitSet(count);
    dueNanos = new long[count];
    wanted = count;
    sent = 0;
    delivered = 0;
    again = 0;
    beganNanos = System.nanoTime();
  }

  /** A run in which nothing has happened for long has failed. */
  private Future<Outcome> watched() {
    int[] before = {-1};
    long timer =
        vertx.setPeriodic(
            STALL_MS,
            id -> {
              if (before[0] == delivered) {
                onFailed(sent - delivered + " of " + sent + " letters are under way for ever");
              }
              before[0] = delivered;
            });
    return done.future().onComplete(ended -> vertx.cancelTimer(timer));
  }

  private void sendDue() {
    long ticks = (System.nanoTime() - beganNanos) / TICK_NANOS;
    long due = Math.min(wanted, ticks * perSecond / 1_000);
    while (sent < due) {
      // The beginning of the first tick in which it was due.
      long tick = ((sent + 1L) * 1_000 + perSecond - 1) / perSecond;
      send(beganNanos + tick * TICK_NANOS);
    }
  }

  private void send(long due) {
    dueNanos[sent] = due;
    post.send(first + sent++);
  }

  @Override
  public void onStored(int number) {
    int index = number - first;
    if (index >= 0 && !stored.get(index)) {
      stored.set(index);
      endIfDone(index);
    }
  }

  @Override
  public void onReceived(int number) {
    int index = number - first;
    if (index < 0 || received.get(index)) {
      again++;
      return;
    }
    received.set(index);
    latency.recordValue(Math.min(LATENCY_MAX_NANOS, System.nanoTime() - dueNanos[index]));
    endIfDone(index);
  }

  private void endIfDone(int index) {
    if (!stored.get(index) || !received.get(index)) {
      return;
    }
    delivered++;
    if (!open && sent < wanted) {
      send(System.nanoTime());
    } else if (delivered == wanted) {
      done.tryComplete(new Outcome(delivered, again, System.nanoTime() - beganNanos, latency));
    }
  }

  @Override
  public void onFailed(String why) {
    done.tryFail(new IllegalStateException(post.name() + ": " + why));
  }
}
