package io.restante.redis;

import io.restante.redis.PopRecord.End;
import io.restante.redis.RedisConfig.Durability;
import io.restante.redis.RedisConfig.Mode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.PromiseInternal;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.impl.types.ErrorType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that a key which was handed out is not handed out again by a primary that lost the
 * pop. Before a new primary is used for anything, every list from which this gateway popped what
 * that primary may not know of loses its next entries: {@code redis.loss-skip} of them, or as many
 * as were popped where that is more.
 *
 * <p>One for a gateway, usable from any thread. It knows what this gateway popped, in the last
 * minute and at most 65,536 pops; what others popped is theirs to skip.
 */
public final class LossGuard {
  private static final Logger LOG = LoggerFactory.getLogger(LossGuard.class);
  private static final int BATCH = 500;

  /** There is no such list here: it is another primary's to skip, or gone. */
  private static final Set<String> NOT_HERE = Set.of("MOVED", "ASK", "TRYAGAIN", "WRONGTYPE");

  private final RedisConfig config;
  private final RedisMetrics metrics;
  private final PopRecord pops = new PopRecord();
  private final Map<String, History> histories = new HashMap<>();
  private final Map<String, Promise<History>> inDoubt = new HashMap<>();

  /** The guard of a gateway. */
  public LossGuard(RedisConfig config, RedisMetrics metrics) {
    this.config = config;
    this.metrics = metrics;
  }

  /**
   * Completes on the current event loop once this primary can be used, with the history that its
   * answers belong to. Only one connection skips; others to the same primary wait for it.
   */
  Future<History> admit(RedisUrl url, RespConnection fresh) {
    Lineage later = Lineage.of(url.address(), fresh.server().run(), fresh.server().info());
    Promise<History> admitted = Promise.promise();
    Map<End, Integer> skips;
    @Nullable History before;
    synchronized (this) {
      History known = histories.get(later.id());
      if (known != null && known.lineage().run().equals(later.run())) {
        return Future.succeededFuture(known);
      }
      Promise<History> other = inDoubt.get(later.id());
      if (other != null) {
        PromiseInternal<History> here = ContextInternal.current().promise();
        other.future().onComplete(here);
        return here.future();
      }
      before = before(later);
      if (before != null && before.lineage().inheritedBy(later, hasDisk()) == Lineage.ALL) {
        return Future.succeededFuture(renamed(before, later));
      }
      skips = skips(before, later);
      if (before != null) {
        before.succeed();
      }
      if (skips.isEmpty()) {
        return Future.succeededFuture(begun(before, later));
      }
      inDoubt.put(later.id(), admitted);
    }
    List<Map.Entry<End, Integer>> ends = new ArrayList<>(skips.entrySet());
    Set<End> done = new HashSet<>();
    skip(fresh, ends, 0, done)
        .map(burned -> settled(before, later, done, burned))
        .onFailure(failure -> unsettled(later))
        .onComplete(admitted);
    return admitted.future();
  }

  /**
   * Something was popped, and its answer has been seen.
   *
   * @return false where another primary has taken over meanwhile: it may hand the same out, so
   *     nobody must get this
   */
  synchronized boolean popped(History history, End end) {
    if (history.isSucceeded()) {
      return false;
    }
    long now = System.nanoTime();
    history.popped(now);
    if (config.replication().lossSkip() > 0 && pops.add(history, end, now)) {
      metrics.popForgotten();
    }
    return true;
  }

  /** Whether the caller should ask the primary how far it is, and tell {@link #sampled}. */
  synchronized boolean isSampleDue(History history) {
    return history.takeSampleDue(System.nanoTime());
  }

  /**
   * The primary of a history told how far it is, asked at that time.
   *
   * @return false where it is another history by now, so that the connection must not be used on
   */
  synchronized boolean sampled(History history, long sentNanos, Lineage now) {
    Lineage before = history.lineage();
    if (!before.id().equals(now.id())) {
      if (before.inheritedBy(now, false) != Lineage.ALL) {
        return false;
      }
      renamed(history, now);
    }
    history.sampled(sentNanos, now.offset());
    return true;
  }

  /** A connection to the primary of a history came (1) or went (-1). */
  synchronized void connected(History history, int change) {
    history.connected(change);
  }

  private boolean hasDisk() {
    return config.durability().contains(Durability.FSYNC);
  }

  private @Nullable History before(Lineage later) {
    History same = histories.get(later.id());
    History earlier = same == null ? histories.get(later.earlierId()) : same;
    if (earlier != null) {
      return earlier;
    }
    return histories.values().stream()
        .filter(
            each ->
                config.mode() != Mode.CLUSTER || each.lineage().address().equals(later.address()))
        .findFirst()
        .orElse(null);
  }

  private Map<End, Integer> skips(@Nullable History before, Lineage later) {
    long begin = System.nanoTime() - PopRecord.WINDOW_NANOS;
    if (config.replication().lossSkip() == 0) {
      return Map.of();
    }
    if (config.mode() == Mode.CLUSTER && before == null) {
      // A new node, or one whose predecessor nobody here has seen.
      return pops.since(begin, history -> !history.isConnected());
    }
    if (before == null) {
      return Map.of();
    }
    long inherited = before.lineage().inheritedBy(later, hasDisk());
    if (inherited == Lineage.NOTHING) {
      return pops.since(begin, each -> config.mode() != Mode.CLUSTER || each == before);
    }
    boolean certain = before.highest() > inherited;
    // Replicas have whatever was answered; without them the last answers are in doubt.
    return certain || !config.durability().contains(Durability.REPLICAS)
        ? pops.since(before.coveredNanos(inherited, begin), each -> each == before)
        : Map.of();
  }

  private History renamed(History history, Lineage other) {
    histories.remove(history.lineage().id());
    history.rename(other);
    histories.put(other.id(), history);
    return history;
  }

  private History begun(@Nullable History before, Lineage later) {
    if (before != null) {
      histories.remove(before.lineage().id());
    }
    History begun = new History(later);
    histories.put(later.id(), begun);
    return begun;
  }

  private synchronized History settled(
      @Nullable History before, Lineage later, Set<End> done, int burned) {
    LOG.warn(
        "redis may have lost the last pops: pools={} burned={} of {}",
        done.size(),
        burned,
        later.address());
    metrics.skipped(burned);
    pops.forget(done);
    inDoubt.remove(later.id());
    return begun(before, later);
  }

  private synchronized void unsettled(Lineage later) {
    inDoubt.remove(later.id());
  }

  private Future<Integer> skip(
      RespConnection over, List<Map.Entry<End, Integer>> ends, int from, Set<End> done) {
    int to = Math.min(ends.size(), from + BATCH);
    List<Future<Integer>> sent = new ArrayList<>();
    for (Map.Entry<End, Integer> each : ends.subList(from, to)) {
      sent.add(skip(over, each.getKey(), each.getValue(), done));
    }
    Future<Integer> burned =
        Future.all(sent).map(all -> sent.stream().mapToInt(Future::result).sum());
    return to == ends.size()
        ? burned
        : burned.compose(some -> skip(over, ends, to, done).map(more -> some + more));
  }

  private Future<Integer> skip(RespConnection over, End end, int popped, Set<End> done) {
    int count = Math.max(popped, config.replication().lossSkip());
    return over.send(Request.cmd(end.pop()).arg(end.list()).arg(count))
        .map(
            gone -> {
              done.add(end);
              return gone == null ? 0 : gone.size();
            })
        .recover(
            failure ->
                isNotHere(failure) ? Future.succeededFuture(0) : Future.failedFuture(failure));
  }

  private static boolean isNotHere(Throwable failure) {
    return failure instanceof ErrorType error && NOT_HERE.contains(RedisErrors.firstWord(error));
  }
}
