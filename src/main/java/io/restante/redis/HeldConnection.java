package io.restante.redis;

import io.restante.redis.RedisDialer.Peer;
import io.restante.redis.RespConnection.EndedException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection that is made anew whenever it ends, for ever, with backoff and jitter, until it is
 * closed. Used on its event loop only.
 */
final class HeldConnection {
  private static final Logger LOG = LoggerFactory.getLogger(HeldConnection.class);

  /** A connection, and to where. */
  private record Dialed(RespConnection connection, RedisUrl url) {}

  private final Vertx vertx;
  private final RedisConfig config;
  private final Whereabouts where;
  private final String name;
  private final RedisMetrics metrics;
  private final Consumer<RespConnection> onUp;
  private final Runnable onDown;
  private final RedisDialer dialer;
  private final Backoff backoff;
  private final Promise<Void> opened = Promise.promise();
  private RedisDialer.Admission admission = RedisDialer.Admission.NONE;
  private long startTimeoutNanos;
  private long startDeadlineNanos;
  private long connectedNanos;
  private @Nullable RespConnection current;
  private @Nullable RedisUrl connectedTo;
  private int attempt;
  private boolean closed;
  private boolean loading;
  private boolean refused;
  private String lastTrouble = "";

  /**
   * Prepares, without connecting.
   *
   * @param where of this primary, asked at each attempt
   * @param name for logs
   * @param onUp called with each new connection, greeted and checked
   * @param onDown called when one has ended, before what waits on it fails
   */
  HeldConnection(
      Vertx vertx,
      RedisConfig config,
      Whereabouts where,
      String name,
      RedisMetrics metrics,
      Consumer<RespConnection> onUp,
      Runnable onDown) {
    this(vertx, config, where, name, metrics, onUp, onDown, Peer.PRIMARY);
  }

  private HeldConnection(
      Vertx vertx,
      RedisConfig config,
      Whereabouts where,
      String name,
      RedisMetrics metrics,
      Consumer<RespConnection> onUp,
      Runnable onDown,
      Peer peer) {
    this.vertx = vertx;
    this.config = config;
    this.where = where;
    this.name = name;
    this.metrics = metrics;
    this.onUp = onUp;
    this.onDown = onDown;
    this.dialer = new RedisDialer(vertx, config, peer);
    this.backoff =
        new Backoff(config.reconnectMinMs(), config.reconnectMaxMs(), ThreadLocalRandom.current());
  }

  /** Sees each new connection before it counts as one; set before it is opened. */
  HeldConnection admittedBy(RedisDialer.Admission each) {
    admission = each;
    return this;
  }

  /** The same to a Sentinel. */
  static HeldConnection toSentinel(
      Vertx vertx,
      RedisConfig config,
      Whereabouts where,
      String name,
      RedisMetrics metrics,
      Consumer<RespConnection> onUp,
      Runnable onDown) {
    return new HeldConnection(vertx, config, where, name, metrics, onUp, onDown, Peer.SENTINEL);
  }

  /** Connects, however long that takes. */
  void keep() {
    opened.tryComplete();
    open();
  }

  /**
   * Connects. Fails with {@link RedisStartException} where this Redis cannot be used as it is, or
   * is not reached within {@code redis.start-timeout-ms}; it is closed then. The time in which
   * Redis loads its data does not count.
   */
  Future<Void> open() {
    return open(config.startTimeoutMs());
  }

  /** The same within another time. */
  Future<Void> open(int startTimeoutMs) {
    startTimeoutNanos = TimeUnit.MILLISECONDS.toNanos(startTimeoutMs);
    startDeadlineNanos = System.nanoTime() + startTimeoutNanos;
    where.onMove(this::moved);
    connect();
    return opened.future();
  }

  /** The connection, null while there is none. */
  @Nullable RespConnection current() {
    return current;
  }

  /** Why it is not connected, empty while it is or nothing is known. */
  String trouble() {
    return lastTrouble;
  }

  /** Whether the last attempt showed that no other one helps before somebody changes something. */
  boolean isRefused() {
    return refused;
  }

  /** Ends it for good. */
  Future<Void> close() {
    closed = true;
    loads(false);
    opened.tryFail(new RedisStartException("closed while starting"));
    if (current != null) {
      current.close("closed");
    }
    return dialer.close();
  }

  private void connect() {
    if (closed) {
      return;
    }
    int mine = ++attempt;
    where
        .find()
        .compose(url -> mine == attempt ? dial(url) : Future.failedFuture("found elsewhere"))
        .onComplete(
            (dialed, failure) -> {
              if (mine != attempt || closed) {
                if (dialed != null) {
                  dialed.connection().close("not needed any more");
                }
              } else if (dialed == null) {
                failed(failure);
              } else {
                up(dialed);
              }
            });
  }

  private Future<Dialed> dial(RedisUrl url) {
    return dialer.dial(url, admission).map(dialed -> new Dialed(dialed, url));
  }

  private void connectLater() {
    int mine = attempt;
    vertx.setTimer(
        backoff.nextMs(),
        id -> {
          if (mine == attempt) {
            connect();
          }
        });
  }

  private void up(Dialed dialed) {
    current = dialed.connection();
    connectedTo = dialed.url();
    connectedNanos = System.nanoTime();
    lastTrouble = "";
    refused = false;
    loads(false);
    metrics.connected();
    LOG.info("redis connected: {} {}", name, dialed.url().address());
    dialed.connection().onEnd(this::down);
    onUp.accept(dialed.connection());
    opened.tryComplete();
  }

  /** What is in flight fails: whether the node from which the primary moved ran it is unknown. */
  private void moved(RedisUrl to) {
    if (current == null) {
      // Not later: an attempt to reach the place of before may hang for seconds.
      connect();
    } else if (!to.equals(connectedTo)) {
      current.close("the primary is elsewhere");
    }
  }

  private void failed(Throwable failure) {
    metrics.connectFailed();
    String trouble = String.valueOf(failure.getMessage());
    // Once, and not at every attempt.
    if (!closed && !trouble.equals(lastTrouble)) {
      LOG.warn("redis not usable: {} {}", name, trouble);
      lastTrouble = trouble;
    }
    refused = failure instanceof RedisStartException;
    loads(!closed && failure instanceof LoadingException);
    if (loading) {
      // It takes as long as there is data; it does work.
      startDeadlineNanos = System.nanoTime() + startTimeoutNanos;
    }
    boolean starting = !opened.future().isComplete();
    if (starting && (refused || System.nanoTime() >= startDeadlineNanos)) {
      opened.fail(new RedisStartException(trouble));
      close();
    } else if (!closed) {
      connectLater();
    }
  }

  private void loads(boolean now) {
    if (now != loading) {
      loading = now;
      metrics.loading(now ? 1 : -1);
    }
  }

  private void down(EndedException why) {
    current = null;
    onDown.run();
    if (closed) {
      return;
    }
    LOG.warn("redis lost: {} {}", name, why.getMessage());
    long lastedNanos = System.nanoTime() - connectedNanos;
    // Only a connection that has lasted proves that the next may follow soon.
    if (lastedNanos >= TimeUnit.MILLISECONDS.toNanos(config.reconnectMaxMs())) {
      backoff.reset();
    }
    connectLater();
  }
}
