package io.restante.bench.idle;

import io.restante.bench.LoadConnection;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.HdrHistogram.Histogram;

/**
 * Requests over HTTP at a steady rate, for as long as it takes. A latency begins when the request
 * was due, and is kept with that time, so that it can be asked later what was slow when.
 */
final class Trickle implements LoadConnection.Listener {
  /**
   * The requests that were due within a time.
   *
   * @param refused answered otherwise than with 200
   */
  record Part(int requests, int refused, Histogram latencyNanos) {
    double latencyMillis(double percentile) {
      return latencyNanos.getValueAtPercentile(percentile) / 1e6;
    }
  }

  private record Answered(long dueNanos, long nanos, int status) {}

  private static final int CONNECTIONS = 64;
  private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final NetClient client;
  private final IntFunction<Buffer> requests;
  private final int perSecond;
  private final ArrayDeque<LoadConnection> idle = new ArrayDeque<>();
  private final List<Answered> answers = new ArrayList<>();
  private final Promise<Void> stopped = Promise.promise();
  private long beganNanos;
  private int sent;
  private boolean stopping;
  private long timer;

  private Trickle(NetClient client, IntFunction<Buffer> requests, int perSecond) {
    this.client = client;
    this.requests = requests;
    this.perSecond = perSecond;
  }

  /** Connects and begins; the requests are asked for by number. */
  static Future<Trickle> start(Vertx vertx, int port, IntFunction<Buffer> requests, int perSecond) {
    NetClient client = vertx.createNetClient(new NetClientOptions().setTcpNoDelay(true));
    Trickle trickle = new Trickle(client, requests, perSecond);
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      all.add(
          client
              .connect(port, "127.0.0.1")
              .onSuccess(socket -> trickle.idle.add(new LoadConnection(socket, trickle))));
    }
    return Future.all(all)
        .map(
            connected -> {
              trickle.beganNanos = System.nanoTime();
              trickle.timer = vertx.setPeriodic(1, id -> trickle.sendDue());
              return trickle;
            });
  }

  /** Sends no more; completes once all is answered. */
  Future<Void> stop(Vertx vertx) {
    // What is due by now is sent as well, though the timer was late.
    sendDue();
    stopping = true;
    vertx.cancelTimer(timer);
    endIfDone();
    return stopped
        .future()
        .compose(
            done -> {
              idle.forEach(LoadConnection::close);
              return client.close();
            });
  }

  /** What was due from the one time to the other. */
  Part between(long fromNanos, long toNanos) {
    Histogram latency = new Histogram(3);
    int refused = 0;
    for (Answered answer : answers) {
      if (answer.dueNanos >= fromNanos && answer.dueNanos < toNanos) {
        latency.recordValue(answer.nanos);
        refused += answer.status == 200 ? 0 : 1;
      }
    }
    return new Part((int) latency.getTotalCount(), refused, latency);
  }

  /** When a request is due, by its number from 0. */
  long dueNanos(int number) {
    return beganNanos + (number + 1) * SECOND_NANOS / perSecond;
  }

  private void sendDue() {
    while (!idle.isEmpty() && dueNanos(sent) <= System.nanoTime()) {
      idle.remove().send(requests.apply(sent), dueNanos(sent));
      sent++;
    }
  }

  @Override
  public void onAnswer(LoadConnection connection, int status, int bodyBytes, long intendedNanos) {
    answers.add(new Answered(intendedNanos, System.nanoTime() - intendedNanos, status));
    idle.add(connection);
    endIfDone();
  }

  private void endIfDone() {
    if (stopping && answers.size() == sent) {
      stopped.tryComplete();
    }
  }

  @Override
  public void onLost() {
    stopped.tryFail(new IllegalStateException("the gateway closed a connection"));
  }
}
