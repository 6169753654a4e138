package io.restante.redis;

import io.restante.protocol.GatewayException;
import io.restante.redis.PopRecord.End;
import io.restante.redis.RedisConfig.Durability;
import io.vertx.core.Completable;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.CommandImpl;
import io.vertx.redis.client.impl.RequestImpl;
import io.vertx.redis.client.impl.types.ErrorType;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
public final class HeldRedisLink implements HeldLink {
  private static final Logger LOG = LoggerFactory.getLogger(HeldRedisLink.class);
  private static final int CHECKS_PER_TIMEOUT = 10;
  private static final long REFUSAL_PROBE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final int SAMPLE_MS = 100;
  private static final String TAKEN_OVER = "another primary has taken over";
  private static final String TIMED_OUT = "a command was not answered in time";

  private final VertxInternal vertx;
  private final RedisConfig config;
  private final RedisMetrics metrics;
  private final HeldConnection connection;
  private final LossGuard guard;
  private final Siblings siblings;
  private final @Nullable DurabilityRounds rounds;
  private final long checkNanos;
  private long checkTimer = -1;
  private long sampleTimer = -1;
  private long lastCheckNanos = System.nanoTime();
  private boolean refusesWrites;
  private @Nullable History upHistory;
  private long lastRefusalProbeNanos;

  /** Prepares, without connecting, on the current event loop. */
  HeldRedisLink(
      Vertx vertx,
      RedisConfig config,
      Whereabouts where,
      RedisMetrics metrics,
      LossGuard guard,
      Siblings siblings) {
    Context context = Vertx.currentContext();
    if (context == null || !context.isEventLoopContext()) {
      throw new IllegalStateException("not on an event loop");
    }
    this.siblings = siblings;
    this.vertx = (VertxInternal) vertx;
    this.config = config;
    this.metrics = metrics;
    this.guard = guard;
    this.connection =
        new HeldConnection(vertx, config, where, "commands", metrics, this::up, this::down)
            .admittedBy((url, fresh) -> guard.admit(url, fresh).map(fresh::belongsTo));
    this.rounds =
        config.durability().contains(Durability.REPLICAS)
            ? new DurabilityRounds(
                vertx,
                config,
                where,
                metrics,
                () -> siblings.local(LookupKeys.round()),
                siblings::onMoved)
            : null;
    this.checkNanos =
        TimeUnit.MILLISECONDS.toNanos(Math.max(5, config.timeoutMs() / CHECKS_PER_TIMEOUT));
  }

  /**
   * Opens the link of the current event loop. Completes once it is connected and checked; fails
   * with {@link RedisStartException} where this Redis cannot be used as it is, or is not reached
   * within {@code redis.start-timeout-ms}.
   */
  public static Future<HeldRedisLink> open(
      Vertx vertx, RedisConfig config, RedisMetrics metrics, LossGuard guard) {
    return open(vertx, config, Whereabouts.fixed(config.url()), metrics, guard);
  }

  /** The same where no other link of this process pops from the same Redis. */
  public static Future<HeldRedisLink> open(Vertx vertx, RedisConfig config, RedisMetrics metrics) {
    return open(vertx, config, metrics, new LossGuard(config, metrics));
  }

  /** The same to a primary that may move. */
  static Future<HeldRedisLink> open(
      Vertx vertx, RedisConfig config, Whereabouts where, RedisMetrics metrics, LossGuard guard) {
    HeldRedisLink link = new HeldRedisLink(vertx, config, where, metrics, guard, Siblings.NONE);
    return link.open(config.startTimeoutMs()).map(link);
  }

  /** Connects, as {@link #open(Vertx, RedisConfig, RedisMetrics)} does, within so long. */
  Future<Void> open(int startTimeoutMs) {
    startChecks();
    return connection
        .open(startTimeoutMs)
        .compose(ok -> rounds == null ? Future.<Void>succeededFuture() : rounds.open())
        .onFailure(failure -> close());
  }

  /** Connects, however long that takes. */
  void keep() {
    startChecks();
    connection.keep();
    if (rounds != null) {
      rounds.keep();
    }
  }

  private void startChecks() {
    checkTimer = vertx.setPeriodic(TimeUnit.NANOSECONDS.toMillis(checkNanos), id -> check());
    sampleTimer = vertx.setPeriodic(SAMPLE_MS, id -> sample());
  }

  /** The connection, null while there is none. */
  @Nullable RespConnection current() {
    return connection.current();
  }

  @Override
  public Future<@Nullable Response> send(String routingKey, Request request) {
    if (!((RequestImpl) request).valid()) {
      return Future.failedFuture(
          new RedisCommandException(request.command().toString(), "wrong number of arguments"));
    }
    boolean pops = request.command() == Command.LPOP || request.command() == Command.RPOP;
    End pop =
        pops && AccountKeys.isPool(routingKey) ? new End(request.command(), routingKey) : null;
    return exchange(routingKey, request, pop, null, null);
  }

  @Override
  public Future<@Nullable Response> run(RedisScript script, List<String> keys, List<Object> args) {
    return exchange(
        keys.get(0),
        script.bySha1(keys, args),
        null,
        script.name(),
        // Not a retry: NOSCRIPT proves that nothing has run.
        () -> script.byText(keys, args));
  }

  @Override
  public boolean popped(Command pop, String list) {
    RespConnection current = connection.current();
    History history = current == null ? null : current.history();
    boolean holds = history != null && guard.popped(history, new End(pop, list));
    if (!holds && current != null) {
      current.close(TAKEN_OVER);
    }
    return holds;
  }

  @Override
  public boolean isUsable() {
    RespConnection current = connection.current();
    return current != null
        && !refusesWrites
        && (rounds == null || rounds.isReaching(current.server().run()));
  }

  @Override
  public Future<Void> close() {
    vertx.cancelTimer(checkTimer);
    vertx.cancelTimer(sampleTimer);
    Future<Void> ended = rounds == null ? Future.succeededFuture() : rounds.close();
    return Future.join(connection.close(), ended).mapEmpty();
  }

  private Future<@Nullable Response> exchange(
      String routingKey,
      Request request,
      @Nullable End pop,
      @Nullable String script,
      @Nullable Supplier<Request> whenNoScript) {
    // Of the caller's context: its duplicated one while it handles a request.
    Exchange exchange =
        new Exchange(
            new Attempt(
                routingKey, request, pop, script, whenNoScript, vertx.promise(), System.nanoTime()),
            false);
    exchange.send(request);
    return exchange.attempt.promise.future();
  }

  /**
   * Sends a command that another node, or this one before, has not run.
   *
   * @param asking whether it is allowed on a slot that migrates to this node
   */
  void send(Attempt attempt, boolean asking) {
    new Exchange(attempt, asking).send(attempt.request);
  }

  /** A command on its way, and what becomes of its answer. */
  private final class Exchange implements Completable<@Nullable Response>, DurabilityRounds.Waiter {
    private final long sentNanos = System.nanoTime();
    private final Attempt attempt;
    private final boolean asking;
    private @Nullable RespConnection over;
    private boolean textSent;
    private @Nullable Response held;

    Exchange(Attempt attempt, boolean asking) {
      this.attempt = attempt;
      this.asking = asking;
    }

    void send(Request request) {
      RespConnection current = connection.current();
      if (current == null) {
        attempt.promise.fail(GatewayException.redisUnavailable("Redis is not connected"));
        return;
      }
      int waiting = current.waitingCount() + (rounds == null ? 0 : rounds.waitingCount());
      if (waiting >= config.inFlightMax() || current.waitingBytes() >= config.inFlightBytesMax()) {
        attempt.promise.fail(GatewayException.redisUnavailable("too many commands wait for Redis"));
        return;
      }
      over = current;
      metrics.inFlight(1);
      if (asking) {
        // In the same write, and for the next command only.
        current.send(Request.cmd(Command.ASKING));
      }
      current.send(request, this);
    }

    @Override
    public void complete(@Nullable Response reply, @Nullable Throwable failure) {
      metrics.inFlight(-1);
      metrics.answered(System.nanoTime() - sentNanos);
      End pop = attempt.pop;
      if (failure == null && pop != null && reply != null && !popped(pop.pop(), pop.list())) {
        attempt.promise.fail(GatewayException.redisUnavailable(TAKEN_OVER));
      } else if (failure == null) {
        handOn(reply);
      } else if (attempt.whenNoScript != null && !textSent && RedisErrors.isNoScript(failure)) {
        textSent = true;
        send(attempt.whenNoScript.get());
      } else if (!(failure instanceof ErrorType error) || !siblings.takes(error, attempt)) {
        noteRefusal(over, failure);
        String what =
            attempt.script == null ? attempt.request.command().toString() : attempt.script;
        attempt.promise.fail(RedisErrors.toException(what, failure));
      }
    }

    /** The one place where replies leave: none that may tell of a write does so too early. */
    private void handOn(@Nullable Response reply) {
      if (rounds == null || isRead(attempt)) {
        attempt.promise.complete(reply);
      } else {
        held = reply;
        rounds.await(this);
      }
    }

    @Override
    public String run() {
      return Objects.requireNonNull(over).server().run();
    }

    @Override
    public void covered(@Nullable GatewayException failure) {
      if (failure == null) {
        attempt.promise.complete(held);
      } else {
        attempt.promise.fail(failure);
      }
    }
  }

  private static boolean isRead(Attempt attempt) {
    CommandImpl command = (CommandImpl) attempt.request.command();
    return attempt.script == null
        ? command.isReadOnly(((RequestImpl) attempt.request).getArgs())
        : command == Command.EVALSHA_RO;
  }

  private void noteRefusal(@Nullable RespConnection from, Throwable failure) {
    if (from == null || from != connection.current() || !(failure instanceof ErrorType error)) {
      return;
    }
    String code = RedisErrors.firstWord(error);
    if (RedisErrors.isWrongServer(code)) {
      from.close(code);
    } else if (RedisErrors.refusesWrites(code) && !refusesWrites) {
      refusesWrites = true;
      LOG.error("redis refuses writes: {}", code);
    }
  }

  private void check() {
    long now = System.nanoTime();
    boolean late = now - lastCheckNanos > 2 * checkNanos;
    lastCheckNanos = now;
    if (rounds != null && !late) {
      rounds.check(now);
    }
    RespConnection current = connection.current();
    if (current == null) {
      return;
    }
    long patience = TimeUnit.MILLISECONDS.toNanos(config.timeoutMs()) - checkNanos;
    // A late check means that this loop stood still: answers may lie unread in the socket.
    if (!late && now - current.oldestNanos(now) >= patience) {
      metrics.timedOut();
      current.close(TIMED_OUT);
    } else if (refusesWrites && now - lastRefusalProbeNanos >= REFUSAL_PROBE_NANOS) {
      lastRefusalProbeNanos = now;
      probeRefusal();
    }
  }

  private void up(RespConnection fresh) {
    refusesWrites = false;
    connected(fresh.history(), 1);
    upHistory = fresh.history();
  }

  private void down() {
    connected(upHistory, -1);
    upHistory = null;
    siblings.onDown();
  }

  private void connected(@Nullable History history, int change) {
    if (history != null) {
      guard.connected(history, change);
    }
  }

  /** Asks how far the primary is, where something was popped since that was last asked. */
  private void sample() {
    RespConnection current = connection.current();
    History history = current == null ? null : current.history();
    if (current == null || history == null || !guard.isSampleDue(history)) {
      return;
    }
    long sentNanos = System.nanoTime();
    current
        .send(Request.cmd(Command.INFO).arg("replication"))
        .onSuccess(
            info -> {
              Map<String, String> fields = RedisDialer.fields(info);
              String address = history.lineage().address();
              Lineage now = Lineage.of(address, current.server().run(), fields);
              if (!guard.sampled(history, sentNanos, now)) {
                current.close("its writes are of another history now");
              }
            });
  }

  private void probeRefusal() {
    String key = siblings.local(LookupKeys.writeProbe());
    send(key, Request.cmd(Command.SET).arg(key).arg(1).arg("PX").arg(1_000))
        .onSuccess(
            ok -> {
              LOG.info("redis takes writes again");
              refusesWrites = false;
            });
  }
}
