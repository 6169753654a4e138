package io.restante.redis;

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

  private static final String MOVED = "the primary is elsewhere";

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
  private long startDeadlineNanos;
  private long connectedNanos;
  private @Nullable RespConnection current;
  private @Nullable RedisUrl connectedTo;
  private @Nullable RedisUrl movedTo;
  private boolean closed;
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
    this.vertx = vertx;
    this.config = config;
    this.where = where;
    this.name = name;
    this.metrics = metrics;
    this.onUp = onUp;
    this.onDown = onDown;
    this.dialer = new RedisDialer(vertx, config);
    this.backoff =
        new Backoff(config.reconnectMinMs(), config.reconnectMaxMs(), ThreadLocalRandom.current());
  }

  /** Sees each new connection before it counts as one; set before it is opened. */
  HeldConnection admittedBy(RedisDialer.Admission each) {
    admission = each;
    return this;
  }

  /**
   * Connects. Fails with {@link RedisStartException} where this Redis cannot be used as it is, or
   * is not reached within {@code redis.start-timeout-ms}; it is closed then.
   */
  Future<Void> open() {
    startDeadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(config.startTimeoutMs());
    where.onMove(this::moved);
    connect();
    return opened.future();
  }

  /** The connection, null while there is none. */
  @Nullable RespConnection current() {
    return current;
  }

  /** Ends it for good. */
  Future<Void> close() {
    closed = true;
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
    where
        .find()
        .compose(url -> dialer.dial(url, admission).map(dialed -> new Dialed(dialed, url)))
        .onComplete(
            (dialed, failure) -> {
              if (dialed == null) {
                failed(failure);
              } else if (closed) {
                dialed.connection().close("closed");
              } else if (movedTo != null && !movedTo.equals(dialed.url())) {
                dialed.connection().close(MOVED);
                connect();
              } else {
                up(dialed);
              }
            });
  }

  private void up(Dialed dialed) {
    current = dialed.connection();
    connectedTo = dialed.url();
    connectedNanos = System.nanoTime();
    lastTrouble = "";
    metrics.connected();
    LOG.info("redis connected: {} {}", name, dialed.url().address());
    dialed.connection().onEnd(this::down);
    onUp.accept(dialed.connection());
    opened.tryComplete();
  }

  /** What is in flight fails: whether the node from which the primary moved ran it is unknown. */
  private void moved(RedisUrl to) {
    movedTo = to;
    if (current != null && !to.equals(connectedTo)) {
      current.close(MOVED);
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
    boolean starting = !opened.future().isComplete();
    if (starting
        && (failure instanceof RedisStartException || System.nanoTime() >= startDeadlineNanos)) {
      opened.fail(new RedisStartException(trouble));
      close();
    } else if (!closed) {
      vertx.setTimer(backoff.nextMs(), id -> connect());
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
    vertx.setTimer(backoff.nextMs(), id -> connect());
  }
}
