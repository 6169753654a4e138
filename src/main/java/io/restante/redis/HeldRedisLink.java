package io.restante.redis;

import io.restante.protocol.GatewayException;
import io.restante.redis.RedisDialer.Dialed;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One held, pipelined connection for the event loop on which it was opened. It reconnects for ever,
 * with backoff and jitter, until it is closed. A command that is not answered in time costs the
 * connection and with it everything in flight: answers come in order, so nothing behind it would
 * come either.
 */
public final class HeldRedisLink implements RedisLink {
  private static final Logger LOG = LoggerFactory.getLogger(HeldRedisLink.class);
  private static final int CHECKS_PER_TIMEOUT = 10;
  private static final long REFUSAL_PROBE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /** A command on its way. */
  private static final class Pending {
    final long sentNanos = System.nanoTime();
    boolean done;
  }

  /** One connection's life, so that what is left of an earlier one cannot touch a later. */
  private static final class Session {
    final Dialed dialed;
    final ArrayDeque<Pending> pending = new ArrayDeque<>();
    final long openedNanos = System.nanoTime();
    int inFlight;
    boolean timedOut;

    Session(Dialed dialed) {
      this.dialed = dialed;
    }
  }

  private final Vertx vertx;
  private final RedisConfig config;
  private final RedisMetrics metrics;
  private final RedisDialer dialer;
  private final Backoff backoff;
  private final Promise<HeldRedisLink> opened = Promise.promise();
  private final long checkNanos;
  private final long startDeadlineNanos;
  private long checkTimer = -1;
  private long lastCheckNanos = System.nanoTime();
  private @Nullable Session session;
  private boolean refusesWrites;
  private long lastRefusalProbeNanos;
  private boolean closed;
  private String lastTrouble = "";

  private HeldRedisLink(Vertx vertx, RedisConfig config, RedisMetrics metrics) {
    this.vertx = vertx;
    this.config = config;
    this.metrics = metrics;
    this.dialer = new RedisDialer(vertx, config);
    this.backoff =
        new Backoff(config.reconnectMinMs(), config.reconnectMaxMs(), ThreadLocalRandom.current());
    this.checkNanos =
        TimeUnit.MILLISECONDS.toNanos(Math.max(5, config.timeoutMs() / CHECKS_PER_TIMEOUT));
    this.startDeadlineNanos =
        System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(config.startTimeoutMs());
  }

  /**
   * Opens the link of the current event loop. Completes once it is connected and checked; fails
   * with {@link RedisStartException} where this Redis cannot be used as it is, or is not reached
   * within {@code redis.start-timeout-ms}.
   */
  public static Future<HeldRedisLink> open(Vertx vertx, RedisConfig config, RedisMetrics metrics) {
    Context context = Vertx.currentContext();
    if (context == null || !context.isEventLoopContext()) {
      throw new IllegalStateException("not on an event loop");
    }
    HeldRedisLink link = new HeldRedisLink(vertx, config, metrics);
    link.connect();
    long checkMs = TimeUnit.NANOSECONDS.toMillis(link.checkNanos);
    link.checkTimer = vertx.setPeriodic(checkMs, id -> link.check());
    return link.opened.future();
  }

  @Override
  public Future<@Nullable Response> send(String routingKey, Request request) {
    return exchange(request, request.command().toString(), null);
  }

  @Override
  public Future<@Nullable Response> run(RedisScript script, List<String> keys, List<Object> args) {
    return exchange(
        scripted(Command.EVALSHA, script.sha1(), keys, args),
        script.name(),
        // Not a retry: NOSCRIPT proves that nothing has run.
        () -> scripted(Command.EVAL, script.text(), keys, args));
  }

  @Override
  public boolean isUsable() {
    return session != null && !refusesWrites;
  }

  /** Ends the connection; whatever is in flight fails. */
  public Future<Void> close() {
    closed = true;
    vertx.cancelTimer(checkTimer);
    opened.tryFail(new RedisStartException("closed while starting"));
    Session last = session;
    session = null;
    return last == null ? Future.succeededFuture() : last.dialed.client().close();
  }

  private static Request scripted(
      Command command, String script, List<String> keys, List<Object> args) {
    Request request = Request.cmd(command).arg(script).arg(keys.size());
    for (String key : keys) {
      request.arg(key);
    }
    for (Object arg : args) {
      if (arg instanceof byte[] bytes) {
        request.arg(bytes);
      } else if (arg instanceof Buffer buffer) {
        request.arg(buffer);
      } else if (arg instanceof String || arg instanceof Number) {
        request.arg(arg.toString());
      } else {
        throw new IllegalArgumentException(
            "script argument of " + arg.getClass() + " (expected: string, number or bytes)");
      }
    }
    return request;
  }

  private Future<@Nullable Response> exchange(
      Request request, String command, @Nullable Supplier<Request> whenNoScript) {
    Session current = session;
    if (current == null) {
      return Future.failedFuture(GatewayException.redisUnavailable("Redis is not connected"));
    }
    if (current.inFlight >= config.inFlightMax()) {
      return Future.failedFuture(
          GatewayException.redisUnavailable("too many commands wait for Redis"));
    }
    Pending pending = new Pending();
    current.pending.addLast(pending);
    current.inFlight++;
    metrics.inFlight(1);
    return current
        .dialed
        .connection()
        .send(request)
        .transform(
            (reply, failure) -> {
              settle(current, pending);
              if (failure == null) {
                return Future.succeededFuture(reply);
              }
              if (whenNoScript != null && RedisErrors.isNoScript(failure)) {
                return exchange(whenNoScript.get(), command, null);
              }
              return Future.failedFuture(refused(current, command, failure));
            });
  }

  private void settle(Session of, Pending pending) {
    pending.done = true;
    of.inFlight--;
    metrics.inFlight(-1);
    metrics.answered(System.nanoTime() - pending.sentNanos);
    for (Pending head = of.pending.peek(); head != null && head.done; head = of.pending.peek()) {
      of.pending.remove();
    }
  }

  private Throwable refused(Session of, String command, Throwable failure) {
    if (of.timedOut) {
      return GatewayException.redisUnavailable("Redis did not answer in time");
    }
    if (failure instanceof ErrorType error) {
      String code = RedisErrors.firstWord(error);
      if (RedisErrors.refusesWrites(code)) {
        if (!refusesWrites) {
          LOG.error("redis refuses writes: {}", code);
        }
        refusesWrites = true;
      } else if (RedisErrors.isWrongServer(code)) {
        lost(of, code);
      }
    }
    return RedisErrors.toException(command, failure);
  }

  private void connect() {
    dialer
        .dial()
        .onComplete(
            (dialed, failure) -> {
              if (closed) {
                if (dialed != null) {
                  dialed.client().close();
                }
              } else if (dialed != null) {
                connected(dialed);
              } else {
                connectFailed(failure);
              }
            });
  }

  private void connected(Dialed dialed) {
    Session fresh = new Session(dialed);
    session = fresh;
    refusesWrites = false;
    lastTrouble = "";
    dialed.connection().endHandler(end -> lost(fresh, "connection closed"));
    dialed.connection().exceptionHandler(e -> lost(fresh, "connection failed"));
    metrics.connected();
    LOG.info("redis connected: {}", config.url().address());
    opened.tryComplete(this);
  }

  private void connectFailed(Throwable failure) {
    metrics.connectFailed();
    String trouble = failure.getMessage() == null ? failure.toString() : failure.getMessage();
    if (!trouble.equals(lastTrouble)) {
      LOG.warn("redis not reached: {}", trouble);
      lastTrouble = trouble;
    }
    boolean starting = !opened.future().isComplete();
    if (starting && failure instanceof RedisStartException) {
      opened.tryFail(failure);
      close();
    } else if (starting && System.nanoTime() >= startDeadlineNanos) {
      opened.tryFail(
          new RedisStartException(
              "redis at " + config.url().address() + " is not reached: " + trouble));
      close();
    } else {
      vertx.setTimer(backoff.nextMs(), id -> reconnect());
    }
  }

  private void reconnect() {
    if (!closed) {
      connect();
    }
  }

  private void lost(Session of, String why) {
    if (session != of) {
      return;
    }
    session = null;
    LOG.warn("redis lost: {} in-flight={}", why, of.inFlight);
    of.dialed.client().close();
    if (closed) {
      return;
    }
    long livedMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - of.openedNanos);
    if (livedMs >= config.reconnectMaxMs()) {
      backoff.reset();
    }
    vertx.setTimer(backoff.nextMs(), id -> reconnect());
  }

  private void check() {
    long now = System.nanoTime();
    boolean late = now - lastCheckNanos > 2 * checkNanos;
    lastCheckNanos = now;
    Session current = session;
    if (current == null) {
      return;
    }
    Pending oldest = current.pending.peek();
    long patience = TimeUnit.MILLISECONDS.toNanos(config.timeoutMs()) - checkNanos;
    // A late check means that this loop stood still: answers may lie unread in the socket.
    if (!late && oldest != null && now - oldest.sentNanos >= patience) {
      current.timedOut = true;
      metrics.timedOut();
      lost(current, "a command was not answered in time");
    } else if (refusesWrites && now - lastRefusalProbeNanos >= REFUSAL_PROBE_NANOS) {
      lastRefusalProbeNanos = now;
      probeRefusal();
    }
  }

  private void probeRefusal() {
    String key = LookupKeys.writeProbe();
    send(key, Request.cmd(Command.SET).arg(key).arg(1).arg("PX").arg(1_000))
        .onSuccess(
            ok -> {
              LOG.info("redis takes writes again");
              refusesWrites = false;
            });
  }
}
