package io.restante.redis;

import io.restante.protocol.GatewayException;
import io.restante.redis.RedisMetrics.Redirect;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Proves for one event loop that the replicas of one primary have what the primary answered, in
 * rounds of a small write and a {@code WAIT}. A round covers every answer that was seen before it
 * began, from the same run of the primary, whatever connection it came over: the write is behind
 * them in the replication stream. At most one is under way; the next begins once somebody waits.
 *
 * <p>{@code WAIT} holds up its connection, so rounds have one of their own. It covers only what
 * that connection has written (from Redis 7.2 on a {@code PING} would not do): <a
 * href="https://redis.io/docs/latest/commands/wait/">WAIT</a>.
 */
final class DurabilityRounds {
  /** An answer that is held back until replicas have what it tells of. */
  interface Waiter {
    /** The run of the primary that answered. */
    String run();

    /** They have it; or, with a failure, that is not known. Called once. */
    void covered(@Nullable GatewayException failure);
  }

  private static final Logger LOG = LoggerFactory.getLogger(DurabilityRounds.class);

  /** Between two rounds that nobody waits for, while they fail. */
  private static final int PROBE_MS = 100;

  /** After a round for so many answers the next one waits, so that it is for more of them. */
  private static final int BUSY_ANSWERS = 32;

  private static final int BUSY_PAUSE_MS = 1;

  /** The key of a round outlives it by far, and an abandoned one not for ever. */
  private static final int KEY_TTL_MS = 60_000;

  /**
   * How often a round is tried anew, as the slot of its key is on its way to another primary, or
   * another replica has come.
   */
  private static final int REPEATS_MAX = 16;

  private final Vertx vertx;
  private final RedisConfig config;
  private final RedisMetrics metrics;
  private final Supplier<String> key;
  private final Runnable moved;
  private final SeenReplicas seen = new SeenReplicas();
  private final HeldConnection connection;
  private final Promise<Void> firstEnded = Promise.promise();
  private ArrayDeque<Waiter> waiting = new ArrayDeque<>();
  private ArrayDeque<Waiter> inRound = new ArrayDeque<>();
  private boolean scheduled;
  private boolean underWay;
  private boolean reached;
  private boolean missed;
  private boolean closed;
  private int repeats;
  private String lastRun = "";
  private long begunNanos;

  /**
   * Prepares, without connecting.
   *
   * @param where of this primary
   * @param key gives a key in a slot of this primary
   * @param moved called where it says that a slot is another's by now
   */
  DurabilityRounds(
      Vertx vertx,
      RedisConfig config,
      Whereabouts where,
      RedisMetrics metrics,
      Supplier<String> key,
      Runnable moved) {
    this.vertx = vertx;
    this.config = config;
    this.metrics = metrics;
    this.key = key;
    this.moved = moved;
    this.connection =
        new HeldConnection(vertx, config, where, "rounds", metrics, this::up, this::down);
  }

  /** Connects, and completes once the first round has ended, well or not. */
  Future<Void> open() {
    return connection.open().compose(ok -> firstEnded.future());
  }

  /** Connects, however long that takes. */
  void keep() {
    connection.keep();
  }

  /** Ends it; whoever waits fails. */
  Future<Void> close() {
    closed = true;
    return connection.close();
  }

  /** Whether the last round reached enough replicas of this run of the primary. */
  boolean isReaching(String run) {
    RespConnection current = connection.current();
    return current != null && reached && current.server().run().equals(run);
  }

  /** Answers that are held back. */
  int waitingCount() {
    return waiting.size() + inRound.size();
  }

  /** Holds an answer back until a round that begins from now on. */
  void await(Waiter waiter) {
    if (connection.current() == null) {
      waiter.covered(failure("durability is not being proved at the moment"));
      return;
    }
    waiting.add(waiter);
    schedule();
  }

  /** Gives the connection up where a round takes longer than it can. */
  void check(long nowNanos) {
    RespConnection current = connection.current();
    long patienceMs = (long) config.replication().timeoutMs() + config.timeoutMs();
    if (current != null
        && underWay
        && nowNanos - begunNanos >= TimeUnit.MILLISECONDS.toNanos(patienceMs)) {
      metrics.timedOut();
      current.close("a round was not answered in time");
    }
  }

  private void up(RespConnection fresh) {
    ServerFacts server = fresh.server();
    if (server.run().equals(lastRun)) {
      seen.more(server.replicas());
    } else {
      seen.begin(server.replicas());
      if (!server.needsReplicas()) {
        LOG.warn(
            "min-replicas-to-write is not set: cut off, this primary would go on taking writes");
      }
    }
    lastRun = server.run();
    underWay = false;
    begin();
  }

  private void down() {
    underWay = false;
    reached = false;
    finish(inRound, null);
    finish(waiting, null);
  }

  /** At the end of this turn of the loop, so that the round covers all that this turn brings. */
  private void schedule() {
    if (!scheduled && !underWay) {
      scheduled = true;
      vertx.runOnContext(now -> beginScheduled());
    }
  }

  private void beginScheduled() {
    scheduled = false;
    if (!waiting.isEmpty() || !reached) {
      begin();
    }
  }

  private void begin() {
    RespConnection current = connection.current();
    if (underWay || current == null) {
      return;
    }
    underWay = true;
    begunNanos = System.nanoTime();
    ArrayDeque<Waiter> empty = inRound;
    inRound = waiting;
    waiting = empty;
    repeats = 0;
    ask(current);
  }

  private void ask(RespConnection current) {
    Request write = Request.cmd(Command.SET).arg(key.get()).arg(1).arg("PX").arg(KEY_TTL_MS);
    Future<@Nullable Response> written = current.send(write);
    int needed = needed();
    Request wait = Request.cmd(Command.WAIT).arg(needed).arg(config.replication().timeoutMs());
    Future<@Nullable Response> waited = current.send(wait);
    // Once it has waited: a replica that came meanwhile is to have the write too.
    current
        .send(Request.cmd(Command.ROLE))
        .onComplete(
            (role, failure) -> {
              if (current != connection.current()) {
                return;
              }
              boolean isPrimary = seen.saw(role, System.nanoTime());
              if (isElsewhere(written.cause())) {
                moved.run();
              }
              boolean again = isElsewhere(written.cause()) || needed < needed();
              if (again && ++repeats < REPEATS_MAX) {
                ask(current);
                return;
              }
              Response count = waited.result();
              boolean enough = isPrimary && count != null && count.toLong() >= needed;
              ended(current, enough && written.succeeded() && !again);
              leaveWrongServer(current, written.cause());
            });
  }

  /** The slot of the key moves, or has: of replicas that says nothing, and the next key may do. */
  private static boolean isElsewhere(@Nullable Throwable failure) {
    Redirect redirect = failure instanceof ErrorType error ? RedisErrors.redirect(error) : null;
    return redirect == Redirect.MOVED || redirect == Redirect.ASK;
  }

  private static void leaveWrongServer(RespConnection current, @Nullable Throwable failure) {
    if (failure instanceof ErrorType error
        && RedisErrors.isWrongServer(RedisErrors.firstWord(error))) {
      current.close(RedisErrors.firstWord(error));
    }
  }

  private void ended(RespConnection over, boolean enough) {
    underWay = false;
    int answers = inRound.size();
    metrics.roundEnded(enough, System.nanoTime() - begunNanos, answers);
    if (enough && missed) {
      LOG.info("replicas follow again");
    } else if (!enough && !missed) {
      LOG.warn("replicas do not follow in time (expected: {} of them)", needed());
    }
    reached = enough;
    missed = !enough;
    firstEnded.tryComplete();
    finish(inRound, enough ? over.server().run() : null);
    if (answers >= BUSY_ANSWERS && !scheduled) {
      scheduled = true;
      vertx.setTimer(BUSY_PAUSE_MS, id -> beginScheduled());
    } else if (!waiting.isEmpty()) {
      begin();
    } else if (!enough && !closed) {
      vertx.setTimer(PROBE_MS, id -> begin());
    }
  }

  /** A round of another run says nothing of an answer. */
  private static void finish(ArrayDeque<Waiter> waiters, @Nullable String run) {
    for (Waiter each = waiters.poll(); each != null; each = waiters.poll()) {
      each.covered(
          each.run().equals(run) ? null : failure("replicas do not have the write in time"));
    }
  }

  private int needed() {
    int named = config.replication().replicas();
    return named == ReplicationConfig.ALL ? seen.needed(System.nanoTime()) : named;
  }

  private static GatewayException failure(String detail) {
    return GatewayException.redisUnavailable(detail);
  }
}
