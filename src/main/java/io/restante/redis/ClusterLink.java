package io.restante.redis;

import io.restante.protocol.GatewayException;
import io.restante.redis.RedisMetrics.Redirect;
import io.restante.redis.SlotMap.Node;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One held connection from this event loop to each primary of a cluster, {@code
 * redis.primaries-max} at most. A command goes to the primary of its slot. One that a node has
 * refused without running it ({@code MOVED}, {@code ASK}, {@code TRYAGAIN}, {@code CLUSTERDOWN})
 * goes to the node that was named, or is begun anew after a short pause, within {@code
 * redis.timeout-ms}; one that may have run is never sent again.
 *
 * <p>Source: <a href="https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/">
 * Redis cluster specification</a>, redirection and resharding.
 */
final class ClusterLink implements Primaries, HeldLink {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterLink.class);
  private static final int HOPS_MAX = 5;
  private static final int PAUSE_MIN_MS = 10;
  private static final int PAUSE_MAX_MS = 200;
  private static final int TICK_MS = 1_000;
  private static final int TICK_IN_TROUBLE_MS = 250;

  /** For so long a node that holds no slot is kept: a migration may send more commands there. */
  private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Vertx vertx;
  private final RedisConfig config;
  private final RedisMetrics metrics;
  private final LossGuard guard;
  private final ClusterMap map;
  private final Map<Node, Held> nodes = new HashMap<>();
  private final List<Runnable> listeners = new ArrayList<>();
  private @Nullable HeldRedisLink[] bySlot = new HeldRedisLink[SlotMap.SLOTS];
  private long tickTimer = -1;
  private boolean closed;

  private ClusterLink(Vertx vertx, RedisConfig config, RedisMetrics metrics, LossGuard guard) {
    this.vertx = vertx;
    this.config = config;
    this.metrics = metrics;
    this.guard = guard;
    this.map = new ClusterMap(vertx, config, metrics, this::peers, this::arrange);
  }

  /**
   * Opens the links to all primaries. Fails with {@link RedisStartException} where a slot has none,
   * or one of them cannot be used, within {@code redis.start-timeout-ms}.
   */
  static Future<Primaries> open(
      Vertx vertx, RedisConfig config, RedisMetrics metrics, LossGuard guard) {
    ClusterLink cluster = new ClusterLink(vertx, config, metrics, guard);
    return cluster
        .map
        .open()
        .compose(remainingMs -> cluster.connect(remainingMs))
        .<Primaries>map(connected -> cluster)
        .onSuccess(opened -> cluster.tickLater())
        .onFailure(failure -> cluster.close());
  }

  private Future<?> connect(int remainingMs) {
    if (map.slots().primaries().size() > config.primariesMax()) {
      return Future.failedFuture(
          new RedisStartException(
              "redis.primaries-max: "
                  + config.primariesMax()
                  + " (expected: "
                  + map.slots().primaries().size()
                  + " or more, as the cluster has)"));
    }
    List<Future<?>> opened = new ArrayList<>();
    for (Node node : map.slots().primaries()) {
      Held held = hold(node);
      opened.add(held.link.open(remainingMs));
    }
    index();
    return Future.all(opened);
  }

  @Override
  public Future<@Nullable Response> send(String routingKey, Request request) {
    HeldRedisLink link = bySlot[SlotMap.slotOf(routingKey)];
    return link == null ? nobody() : link.send(routingKey, request);
  }

  @Override
  public Future<@Nullable Response> run(RedisScript script, List<String> keys, List<Object> args) {
    HeldRedisLink link = bySlot[SlotMap.slotOf(keys.get(0))];
    return link == null ? nobody() : link.run(script.inSteadySlot(), keys, args);
  }

  @Override
  public boolean popped(Command pop, String list) {
    HeldRedisLink link = bySlot[SlotMap.slotOf(list)];
    return link != null && link.popped(pop, list);
  }

  private static Future<@Nullable Response> nobody() {
    return Future.failedFuture(
        GatewayException.redisUnavailable("no primary is known for the slot"));
  }

  @Override
  public boolean isUsable() {
    return map.slots().uncovered() == 0
        && map.slots().primaries().stream()
            .allMatch(node -> nodes.containsKey(node) && held(node).link.isUsable());
  }

  @Override
  public boolean isUsable(String routingKey) {
    HeldRedisLink link = bySlot[SlotMap.slotOf(routingKey)];
    return link != null && link.isUsable();
  }

  @Override
  public HeldLink link() {
    return this;
  }

  @Override
  public SlotMap slots() {
    return map.slots();
  }

  @Override
  public Whereabouts whereabouts(Node primary) {
    return Whereabouts.fixed(config.urls().get(0).at(primary.host(), primary.port()));
  }

  @Override
  public void onChange(Runnable changed) {
    listeners.add(changed);
  }

  @Override
  public Future<Void> refresh() {
    return map.refresh();
  }

  @Override
  public Future<Void> close() {
    closed = true;
    vertx.cancelTimer(tickTimer);
    List<Future<Void>> ends = new ArrayList<>(List.of(map.close()));
    nodes.values().forEach(held -> ends.add(held.link.close()));
    nodes.clear();
    return Future.join(ends).mapEmpty();
  }

  /** The slots are elsewhere: holds a connection to each node that is named now. */
  private void arrange() {
    if (nodes.isEmpty()) {
      // Not opened yet, or closed.
      return;
    }
    for (Node node : map.slots().primaries()) {
      if (!nodes.containsKey(node) && hasRoom()) {
        hold(node).link.keep();
      }
    }
    index();
    listeners.forEach(Runnable::run);
  }

  /** Whether one more node may be held; for it the first that has no slot is let go. */
  private boolean hasRoom() {
    if (nodes.size() < config.primariesMax()) {
      return true;
    }
    boolean room =
        nodes.values().stream()
            .filter(held -> !isNamed(held.node))
            .findFirst()
            .map(this::letGo)
            .isPresent();
    if (!room) {
      LOG.error("redis.primaries-max is reached: {}", config.primariesMax());
    }
    return room;
  }

  private Held hold(Node node) {
    Held held = new Held(node);
    nodes.put(node, held);
    return held;
  }

  private Held letGo(Held held) {
    nodes.remove(held.node);
    held.link.close();
    return held;
  }

  private Held held(Node node) {
    Held held = nodes.get(node);
    if (held == null) {
      throw new IllegalStateException("not held");
    }
    return held;
  }

  private boolean isNamed(Node node) {
    return map.slots().primaries().contains(node);
  }

  private void index() {
    @Nullable HeldRedisLink[] fresh = new HeldRedisLink[SlotMap.SLOTS];
    for (int slot = 0; slot < SlotMap.SLOTS; slot++) {
      Node node = map.slots().primary(slot);
      Held held = node == null ? null : nodes.get(node);
      fresh[slot] = held == null ? null : held.link;
    }
    bySlot = fresh;
  }

  private List<ClusterMap.Peer> peers() {
    List<ClusterMap.Peer> up = new ArrayList<>();
    for (Held held : nodes.values()) {
      RespConnection current = held.link.current();
      if (current != null) {
        up.add(new ClusterMap.Peer(current, held.node.host()));
      }
    }
    return up;
  }

  private void tickLater() {
    boolean whole = isUsable();
    int pauseMs = whole ? TICK_MS : TICK_IN_TROUBLE_MS;
    int jitteredMs = pauseMs - pauseMs / 5 + ThreadLocalRandom.current().nextInt(pauseMs / 5 * 2);
    tickTimer =
        vertx.setTimer(
            jitteredMs,
            id -> {
              long now = System.nanoTime();
              List.copyOf(nodes.values()).stream()
                  .filter(held -> !isNamed(held.node) && held.isOver(now))
                  .forEach(this::letGo);
              map.refresh();
              if (!closed) {
                tickLater();
              }
            });
  }

  /** Sends a command to the node that another has named. */
  private void hop(Attempt attempt, Node to, boolean asking, String code) {
    if (!nodes.containsKey(to) && hasRoom()) {
      hold(to).link.keep();
    }
    Held held = nodes.get(to);
    if (++attempt.hops > HOPS_MAX || held == null || held.link.current() == null) {
      beginAnew(attempt, code);
      return;
    }
    held.usedNanos = System.nanoTime();
    held.link.send(attempt, asking);
  }

  /** Pauses, each time longer, and sends a command to where its slot is by then. */
  private void beginAnew(Attempt attempt, String code) {
    int ceilingMs = Math.min(PAUSE_MAX_MS, PAUSE_MIN_MS << Math.min(attempt.pauses, 10));
    int pauseMs = ceilingMs / 2 + ThreadLocalRandom.current().nextInt(ceilingMs / 2 + 1);
    long endNanos = attempt.begunNanos + TimeUnit.MILLISECONDS.toNanos(config.timeoutMs());
    if (closed || System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pauseMs) - endNanos >= 0) {
      attempt.promise.fail(
          GatewayException.redisUnavailable("Redis refuses at the moment: " + code));
      return;
    }
    attempt.pauses++;
    attempt.hops = 0;
    vertx.setTimer(
        pauseMs,
        id -> {
          HeldRedisLink link = bySlot[SlotMap.slotOf(attempt.routingKey)];
          if (link == null || link.current() == null) {
            beginAnew(attempt, code);
          } else {
            link.send(attempt, false);
          }
        });
  }

  /** A node to which a connection is held. */
  private final class Held implements Siblings {
    final Node node;
    final HeldRedisLink link;
    long usedNanos = System.nanoTime();

    Held(Node node) {
      this.node = node;
      this.link = new HeldRedisLink(vertx, config, whereabouts(node), metrics, guard, this);
    }

    boolean isOver(long nowNanos) {
      RespConnection current = link.current();
      return current == null
          || (current.waitingCount() == 0 && nowNanos - usedNanos >= LINGER_NANOS);
    }

    @Override
    public String local(String name) {
      return map.slots().keyOn(node, name);
    }

    @Override
    public void onMoved() {
      if (!closed) {
        map.refresh();
      }
    }

    @Override
    public void onDown() {
      onMoved();
    }

    @Override
    public boolean takes(ErrorType refusal, Attempt attempt) {
      Redirect redirect = RedisErrors.redirect(refusal);
      if (redirect == null) {
        return false;
      }
      metrics.redirected(redirect);
      String code = RedisErrors.firstWord(refusal);
      switch (redirect) {
        case MOVED, ASK -> {
          if (redirect == Redirect.MOVED) {
            map.refresh();
          }
          hop(attempt, RedisErrors.target(refusal, node.host()), redirect == Redirect.ASK, code);
        }
        case TRY_AGAIN, NON_LOCAL -> beginAnew(attempt, code);
        case CLUSTER_DOWN -> {
          map.refresh();
          beginAnew(attempt, code);
        }
      }
      return true;
    }
  }
}
