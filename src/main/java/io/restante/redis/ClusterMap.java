package io.restante.redis;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The slots of a cluster as its nodes tell them, asked over connections that are held anyway; only
 * while there are none, over one of its own to a node that was configured or known. Questions are
 * coalesced and at least 100 ms apart.
 *
 * <p>A node that is cut off from the others tells what was. Whatever happens in a cluster raises
 * its epoch, so what is told under a lower one than was heard before is not believed, unless as
 * many nodes as are known say so in a row.
 */
final class ClusterMap {
  /** A connection that is up, and the host that it goes to. */
  record Peer(RespConnection connection, String host) {}

  private static final Logger LOG = LoggerFactory.getLogger(ClusterMap.class);
  private static final long APART_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final int START_PAUSE_MS = 100;
  private static final Pattern EPOCH = Pattern.compile("cluster_current_epoch:(\\d+)");

  private final Vertx vertx;
  private final RedisConfig config;
  private final RedisMetrics metrics;
  private final Supplier<List<Peer>> peers;
  private final Runnable changed;
  private final RedisDialer dialer;
  private SlotMap slots = SlotMap.EMPTY;
  private long epoch;
  private int disbelieved;
  private long askedNanos = System.nanoTime() - APART_NANOS;
  private @Nullable Promise<Void> underWay;
  private boolean loading;
  private boolean closed;

  /**
   * Prepares.
   *
   * @param peers those that are up
   * @param changed called when the slots are elsewhere
   */
  ClusterMap(
      Vertx vertx,
      RedisConfig config,
      RedisMetrics metrics,
      Supplier<List<Peer>> peers,
      Runnable changed) {
    this.vertx = vertx;
    this.config = config;
    this.metrics = metrics;
    this.peers = peers;
    this.changed = changed;
    this.dialer = new RedisDialer(vertx, config, RedisDialer.Peer.NODE);
  }

  /** The slots as they were told last. */
  SlotMap slots() {
    return slots;
  }

  /**
   * Asks until each slot has a primary; gives the ms that are left of {@code
   * redis.start-timeout-ms}, and fails with {@link RedisStartException} where none are. The time in
   * which nobody answers as they load their data does not count.
   */
  Future<Integer> open() {
    return open(startEndNanos()).onComplete(done -> loads(false));
  }

  private long startEndNanos() {
    return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(config.startTimeoutMs());
  }

  private void loads(boolean now) {
    if (now != loading) {
      loading = now;
      metrics.loading(now ? 1 : -1);
    }
  }

  private Future<Integer> open(long endNanos) {
    return askAnyone()
        .transform(
            asked -> {
              loads(asked.cause() instanceof LoadingException);
              long end = loading ? startEndNanos() : endNanos;
              long leftMs = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
              if (asked.succeeded() && slots.uncovered() == 0) {
                return Future.succeededFuture((int) Math.max(1, leftMs));
              }
              if (asked.failed() && asked.cause() instanceof RedisStartException) {
                return Future.failedFuture(asked.cause());
              }
              if (leftMs <= START_PAUSE_MS || closed) {
                return Future.failedFuture(new RedisStartException(trouble(asked.cause())));
              }
              Promise<Void> later = Promise.promise();
              vertx.setTimer(START_PAUSE_MS, id -> later.complete());
              return later.future().compose(v -> open(end));
            });
  }

  private String trouble(@Nullable Throwable failure) {
    return failure == null
        ? "redis.urls: "
            + slots.uncovered()
            + " of "
            + SlotMap.SLOTS
            + " slots of the cluster have no primary (expected: 0)"
        : String.valueOf(failure.getMessage());
  }

  /** Asks soon; completes also where nobody could be asked. */
  Future<Void> refresh() {
    Promise<Void> running = underWay;
    if (running != null) {
      return running.future();
    }
    Promise<Void> asked = Promise.promise();
    underWay = asked;
    long waitNanos = askedNanos + APART_NANOS - System.nanoTime();
    if (waitNanos <= 0) {
      ask(asked);
    } else {
      vertx.setTimer(Math.max(1, TimeUnit.NANOSECONDS.toMillis(waitNanos)), id -> ask(asked));
    }
    return asked.future();
  }

  /** Ends what it has opened by itself. */
  Future<Void> close() {
    closed = true;
    return dialer.close();
  }

  private void ask(Promise<Void> asked) {
    askedNanos = System.nanoTime();
    (closed ? Future.<Void>succeededFuture() : askAnyone())
        .onComplete(
            done -> {
              underWay = null;
              asked.complete();
            });
  }

  private Future<?> askAnyone() {
    List<Peer> up = new ArrayList<>(peers.get());
    if (up.isEmpty()) {
      List<Future<Void>> asked = seeds().stream().map(this::dialed).toList();
      return Future.any(asked).recover(failure -> Future.failedFuture(plainest(asked, failure)));
    }
    Collections.shuffle(up, ThreadLocalRandom.current());
    return askFrom(up, 0);
  }

  /** Of the reasons why nobody tells: that one of them only loads its data, where it is so. */
  private static Throwable plainest(List<Future<Void>> asked, Throwable otherwise) {
    return asked.stream()
        .map(Future::cause)
        .filter(LoadingException.class::isInstance)
        .findFirst()
        .orElse(otherwise);
  }

  private Future<Void> askFrom(List<Peer> up, int i) {
    Future<Void> asked = ask(up.get(i).connection(), up.get(i).host());
    return i + 1 == up.size() ? asked : asked.recover(failure -> askFrom(up, i + 1));
  }

  private Set<RedisUrl> seeds() {
    RedisUrl first = config.urls().get(0);
    Set<RedisUrl> seeds = new LinkedHashSet<>();
    slots.primaries().forEach(node -> seeds.add(first.at(node.host(), node.port())));
    seeds.addAll(config.urls());
    return seeds;
  }

  private Future<Void> dialed(RedisUrl seed) {
    return dialer
        .dial(seed, RedisDialer.Admission.NONE)
        .compose(
            connection ->
                ask(connection, seed.host())
                    .onComplete(done -> connection.close("asked"))
                    .recover(failure -> Future.failedFuture(explained(seed, failure))));
  }

  private static Throwable explained(RedisUrl seed, Throwable failure) {
    if (RedisErrors.isError(failure, "LOADING")) {
      return RedisDialer.loading(seed);
    }
    String what = String.valueOf(failure.getMessage());
    return what.contains("cluster support disabled")
        ? new RedisStartException(
            "redis at "
                + seed.address()
                + ": is no node of a cluster (expected: cluster-enabled yes, or another"
                + " redis.mode)")
        : new IllegalStateException("redis at " + seed.address() + ": does not tell its slots");
  }

  private Future<Void> ask(RespConnection connection, String host) {
    Promise<Void> settled = Promise.promise();
    long timer =
        vertx.setTimer(
            config.timeoutMs(),
            id -> settled.tryFail(new IllegalStateException("the slots were not told in time")));
    Future<@Nullable Response> info = connection.send(Request.cmd(Command.CLUSTER).arg("INFO"));
    connection
        .send(Request.cmd(Command.CLUSTER).arg("SLOTS"))
        .onComplete(
            (told, failure) -> {
              if (failure != null) {
                settled.tryFail(failure);
              } else {
                take(epoch(info.result()), SlotMap.parse(told, host));
                settled.tryComplete();
              }
            });
    return settled.future().onComplete(done -> vertx.cancelTimer(timer));
  }

  private static long epoch(@Nullable Response info) {
    Matcher matcher = EPOCH.matcher(String.valueOf(info));
    return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
  }

  private void take(long toldEpoch, SlotMap told) {
    if (toldEpoch < epoch && ++disbelieved < Math.max(2, slots.primaries().size())) {
      return;
    }
    disbelieved = 0;
    epoch = toldEpoch;
    if (!told.equals(slots)) {
      slots = told;
      metrics.slotsMoved();
      LOG.info(
          "redis cluster: primaries={} uncovered={} epoch={}",
          told.primaries().size(),
          told.uncovered(),
          toldEpoch);
      changed.run();
    }
  }
}
