package io.restante.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * A load on one server, from one event loop, in two models. Closed: every connection sends its next
 * request as soon as the last is answered, which finds the throughput. Open: requests are sent at
 * times that were set beforehand, and a latency begins at that time, whether or not a connection
 * was free then, so that a server which stands still is charged for all that it kept waiting.
 */
final class Load implements LoadConnection.Listener {
  /**
   * What a run found.
   *
   * @param answered answers with status 200
   * @param refused all other answers
   * @param bodyBytes of all answers
   * @param nanos from the first request to the last answer
   */
  record Outcome(int answered, int refused, long bodyBytes, long nanos, Histogram latencyNanos) {}

  private static final long LATENCY_MAX_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final Vertx vertx;
  private final NetClient client;
  private final List<LoadConnection> connections = new ArrayList<>();
  private final ArrayDeque<LoadConnection> idle = new ArrayDeque<>();

  private Claims claims;
  private Promise<Outcome> done = Promise.promise();
  private Histogram latency = histogram();
  private boolean open;
  private int perSecond;
  private int wanted;
  private int sent;
  private int answered;
  private int refused;
  private long bodyBytes;
  private long beganNanos;

  private Load(Vertx vertx, Claims claims) {
    this.vertx = vertx;
    this.claims = claims;
    this.client = vertx.createNetClient(new NetClientOptions().setTcpNoDelay(true));
  }

  /** Connects, on the current event loop. */
  static Future<Load> connect(Vertx vertx, int port, int connections, Claims claims) {
    Load load = new Load(vertx, claims);
    List<Future<Void>> all = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      all.add(
          load.client
              .connect(port, "127.0.0.1")
              .map(
                  socket -> {
                    LoadConnection connection = new LoadConnection(socket, load);
                    load.connections.add(connection);
                    load.idle.add(connection);
                    return null;
                  }));
    }
    return Future.all(all).map(load);
  }

  /** Sends so many claims, each as soon as a connection is free. */
  Future<Outcome> closed(int count) {
    begin(count);
    open = false;
    sendDue(count);
    return done.future();
  }

  /**
   * Sends so many claims at this rate. Those of one millisecond are due together at its beginning:
   * finer times would be those of the timer, not of the server.
   */
  Future<Outcome> open(int count, int perSecond) {
    begin(count);
    open = true;
    this.perSecond = perSecond;
    long timer = vertx.setPeriodic(1, id -> sendDue(due()));
    return done.future().onComplete(ended -> vertx.cancelTimer(timer));
  }

  private void begin(int count) {
    if (idle.size() != connections.size()) {
      throw new IllegalStateException("a run is under way");
    }
    done = Promise.promise();
    latency = histogram();
    wanted = count;
    sent = 0;
    answered = 0;
    refused = 0;
    bodyBytes = 0;
    beganNanos = System.nanoTime();
  }

  private static Histogram histogram() {
    return new Histogram(LATENCY_MAX_NANOS, 3);
  }

  private int due() {
    long ticks = (System.nanoTime() - beganNanos) / TICK_NANOS;
    return (int) Math.min(wanted, ticks * perSecond / 1_000);
  }

  private void sendDue(int due) {
    while (sent < due && !idle.isEmpty()) {
      send(idle.poll());
    }
  }

  private void send(LoadConnection connection) {
    connection.send(claims.next(), open ? intendedNanos(sent) : System.nanoTime());
    sent++;
  }

  /** The beginning of the first tick in which a request with this number is due. */
  private long intendedNanos(int number) {
    long ticks = ((number + 1L) * 1_000 + perSecond - 1) / perSecond;
    return beganNanos + ticks * TICK_NANOS;
  }

  @Override
  public void onAnswer(LoadConnection connection, int status, int bytes, long intendedNanos) {
    latency.recordValue(Math.min(LATENCY_MAX_NANOS, System.nanoTime() - intendedNanos));
    bodyBytes += bytes;
    if (status == 200) {
      answered++;
    } else {
      refused++;
    }
    if (sent < (open ? due() : wanted)) {
      send(connection);
    } else {
      idle.add(connection);
      if (answered + refused == wanted) {
        done.tryComplete(
            new Outcome(answered, refused, bodyBytes, System.nanoTime() - beganNanos, latency));
      }
    }
  }

  @Override
  public void onLost() {
    done.tryFail(new IllegalStateException("the server closed a connection"));
  }

  Future<Void> close() {
    connections.forEach(LoadConnection::close);
    return client.close();
  }
}
