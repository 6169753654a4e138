package io.restante.redis;

import io.restante.protocol.GatewayException;
import io.restante.redis.SlotMap.Node;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All subscriptions of this gateway: one connection to each primary, all on one event-loop context;
 * all state is used there only. A sharded channel is on the connection to the primary that has its
 * slot, any other channel on one that is up. When the slots are told to be elsewhere, or a primary
 * disowns a channel, the channel moves, and its listeners are told as after a loss.
 */
public final class HeldSubscriptions implements Subscriptions {
  private static final int CHECKS_PER_TIMEOUT = 10;
  private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
  private static final long LOOK_MIN_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /** Who holds a channel, and the connection that is to have it. */
  private static final class Audience {
    final List<Hold> holds = new ArrayList<>(1);
    final int slot;
    @Nullable SubscriberConnection at;

    Audience(ChannelName name) {
      this.slot = name.slot();
    }
  }

  private final VertxInternal vertx;
  private final RedisConfig config;
  private final RedisMetrics metrics;
  private final Context context;
  private final Primaries primaries;
  private final Map<Node, SubscriberConnection> connections = new LinkedHashMap<>();
  private final Map<ChannelName, Audience> audiences = new HashMap<>();
  private final Set<ChannelName> homeless = new LinkedHashSet<>();
  private final ArrayDeque<Hold> unsettled = new ArrayDeque<>();
  private final String id = UUID.randomUUID().toString();
  private final Promise<Void> started = Promise.promise();
  private final long timeoutNanos;
  private final long checkNanos;
  private SlotMap slots;
  private long checkTimer = -1;
  private long lastCheckNanos = System.nanoTime();
  private long lastLookNanos = System.nanoTime();
  private boolean closed;
  private volatile boolean alive;

  private HeldSubscriptions(
      VertxInternal vertx,
      Context context,
      RedisConfig config,
      RedisMetrics metrics,
      Primaries primaries) {
    this.vertx = vertx;
    this.config = config;
    this.metrics = metrics;
    this.context = context;
    this.primaries = primaries;
    this.slots = primaries.slots();
    this.timeoutNanos = TimeUnit.MILLISECONDS.toNanos(config.timeoutMs());
    this.checkNanos = Math.max(TimeUnit.MILLISECONDS.toNanos(5), timeoutNanos / CHECKS_PER_TIMEOUT);
  }

  /**
   * Connects, from any thread. Completes once a probe was heard from every primary; fails with
   * {@link RedisStartException} as {@link HeldRedisLink#open} does.
   */
  public static Future<HeldSubscriptions> open(
      Vertx vertx, RedisConfig config, RedisMetrics metrics) {
    return open(vertx, config, metrics, () -> Primaries.open(vertx, config, metrics));
  }

  static Future<HeldSubscriptions> open(
      Vertx vertx,
      RedisConfig config,
      RedisMetrics metrics,
      Supplier<Future<Primaries>> primaries) {
    VertxInternal internal = (VertxInternal) vertx;
    Promise<HeldSubscriptions> opened = internal.promise();
    ContextInternal own = internal.createEventLoopContext();
    own.runOnContext(
        v ->
            primaries
                .get()
                .map(found -> new HeldSubscriptions(internal, own, config, metrics, found))
                .compose(fresh -> fresh.start().map(fresh))
                .onComplete(opened));
    return opened.future();
  }

  private Future<Void> start() {
    checkTimer = vertx.setPeriodic(TimeUnit.NANOSECONDS.toMillis(checkNanos), id -> check());
    long startTimer =
        vertx.setTimer(
            config.startTimeoutMs(),
            id ->
                started.tryFail(
                    new RedisStartException(
                        "redis at "
                            + config.url().address()
                            + ": a sharded publish is not heard by its subscriber")));
    primaries.onChange(this::arrange);
    arrange();
    return started
        .future()
        .onComplete(done -> vertx.cancelTimer(startTimer))
        .onFailure(failure -> close());
  }

  @Override
  public Future<Subscription> subscribe(String shardChannel, Listener listener) {
    return listen(new ChannelName(shardChannel, true), listener);
  }

  @Override
  public void onBroadcast(String channel, Consumer<Buffer> message, Runnable reconnect) {
    listen(
        new ChannelName(channel, false),
        new Listener() {
          @Override
          public void onMessage(Buffer body) {
            message.accept(body);
          }

          @Override
          public void onReconnect() {
            reconnect.run();
          }
        });
  }

  @Override
  public boolean isAlive() {
    return alive;
  }

  /** Ends the connections; listeners hear nothing more. */
  public Future<Void> close() {
    Promise<Void> over = vertx.promise();
    context.runOnContext(
        v -> {
          closed = true;
          alive = false;
          vertx.cancelTimer(checkTimer);
          List<Future<Void>> ends = new ArrayList<>(List.of(primaries.close()));
          connections.values().forEach(connection -> ends.add(connection.close()));
          Future.join(ends).<Void>mapEmpty().onComplete(over);
        });
    return over.future();
  }

  private Future<Subscription> listen(ChannelName name, Listener listener) {
    ContextInternal caller = vertx.getOrCreateContext();
    Hold hold =
        new Hold(
            name,
            listener,
            caller,
            caller.promise(),
            over -> context.runOnContext(v -> leave(over)));
    context.runOnContext(v -> join(hold));
    return hold.future();
  }

  private void join(Hold hold) {
    Audience audience = audiences.computeIfAbsent(hold.name(), Audience::new);
    audience.holds.add(hold);
    if (audience.at != null && audience.at.hears(hold.name())) {
      hold.active();
      return;
    }
    if (hold.name().sharded()) {
      unsettled.add(hold);
    }
    place(hold.name(), audience);
  }

  private void leave(Hold hold) {
    Audience audience = audiences.get(hold.name());
    if (audience != null && audience.holds.remove(hold) && audience.holds.isEmpty()) {
      audiences.remove(hold.name());
      homeless.remove(hold.name());
      if (audience.at != null) {
        audience.at.unsubscribe(hold.name());
      }
    }
  }

  /** Puts a channel where it belongs by now, or notes that there is no such place at the moment. */
  private void place(ChannelName name, Audience audience) {
    SubscriberConnection at = audience.at;
    SubscriberConnection to = name.sharded() ? primaryOf(audience.slot) : anyThatIsUp(at);
    if (to != at && at != null) {
      at.unsubscribe(name);
    }
    audience.at = to;
    if (to == null) {
      homeless.add(name);
    } else if (to != at) {
      homeless.remove(name);
      to.subscribe(name);
    }
  }

  private @Nullable SubscriberConnection primaryOf(int slot) {
    Node primary = slots.primary(slot);
    return primary == null ? null : connections.get(primary);
  }

  private @Nullable SubscriberConnection anyThatIsUp(@Nullable SubscriberConnection preferred) {
    return connections.values().stream()
        .filter(SubscriberConnection::isUp)
        .reduce((one, other) -> other == preferred ? other : one)
        .orElse(null);
  }

  private void placeHomeless() {
    for (ChannelName name : List.copyOf(homeless)) {
      place(name, Objects.requireNonNull(audiences.get(name)));
    }
  }

  /** Takes over where the slots are: connections for all primaries, and every channel in place. */
  private void arrange() {
    if (closed) {
      return;
    }
    slots = primaries.slots();
    for (Node node : List.copyOf(connections.keySet())) {
      if (!slots.primaries().contains(node)) {
        Objects.requireNonNull(connections.remove(node)).close();
      }
    }
    slots.primaries().forEach(node -> connections.computeIfAbsent(node, this::connect));
    connections.forEach(this::placeProbe);
    audiences.forEach((name, audience) -> place(name, audience));
    noteAlive();
  }

  private SubscriberConnection connect(Node node) {
    SubscriberConnection fresh =
        new SubscriberConnection(
            vertx,
            config,
            primaries.whereabouts(node),
            primaries.link(),
            metrics,
            new ChannelEvents());
    fresh
        .open()
        .onFailure(
            failure -> {
              started.tryFail(failure);
              // Made anew at the next look.
              connections.remove(node, fresh);
            });
    return fresh;
  }

  /** Gives a connection a channel of its own in a slot of its primary. */
  private void placeProbe(Node node, SubscriberConnection connection) {
    ChannelName current = connection.probeChannel();
    if (current != null && node.equals(slots.primary(current.slot()))) {
      return;
    }
    for (int i = 0; ; i++) {
      ChannelName candidate = new ChannelName(LookupKeys.probe(id + '-' + i), true);
      // Ends: this primary has at least one slot.
      if (node.equals(slots.primary(candidate.slot()))) {
        connection.probeOn(candidate);
        return;
      }
    }
  }

  private void noteAlive() {
    alive =
        !closed
            && slots.uncovered() == 0
            && connections.keySet().equals(slots.primaries())
            && connections.values().stream().allMatch(SubscriberConnection::isAlive);
    if (alive) {
      started.tryComplete();
    }
  }

  /** Asks where the slots are by now; also when nothing has changed, all is put in place again. */
  private void look() {
    lastLookNanos = System.nanoTime();
    primaries.refresh().onComplete(done -> arrange());
  }

  private void check() {
    long now = System.nanoTime();
    boolean late = now - lastCheckNanos > 2 * checkNanos;
    lastCheckNanos = now;
    if (late) {
      // This loop stood still: what is due may lie unread in the socket.
      return;
    }
    for (Hold oldest = unsettled.peek(); oldest != null; oldest = unsettled.peek()) {
      if (!oldest.isSettled()) {
        if (now - oldest.askedNanos() < timeoutNanos - checkNanos) {
          break;
        }
        oldest.fail(GatewayException.redisUnavailable("a subscription was not confirmed in time"));
        leave(oldest);
      }
      unsettled.remove();
    }
    List.copyOf(connections.values()).forEach(connection -> connection.check(now));
    noteAlive();
    if ((!alive || !homeless.isEmpty()) && now - lastLookNanos >= LOOK_AGAIN_NANOS) {
      look();
    }
  }

  private final class ChannelEvents implements SubscriberConnection.Events {
    @Override
    public void onHeard(SubscriberConnection from, ChannelName name) {
      Audience audience = audiences.get(name);
      if (audience != null && audience.at == from) {
        List.copyOf(audience.holds).forEach(Hold::active);
      }
    }

    @Override
    public void onMessage(ChannelName name, Buffer message) {
      Audience audience = audiences.get(name);
      if (audience != null) {
        audience.holds.forEach(hold -> hold.message(message));
      }
    }

    @Override
    public void onMisplaced(SubscriberConnection from, ChannelName name) {
      Audience audience = audiences.get(name);
      if (audience != null && audience.at == from) {
        audience.at = null;
        homeless.add(name);
      }
      if (System.nanoTime() - lastLookNanos >= LOOK_MIN_NANOS) {
        look();
      }
    }

    @Override
    public void onUp() {
      placeHomeless();
    }

    @Override
    public void onDown() {
      noteAlive();
      audiences.forEach(
          (name, audience) -> {
            if (!name.sharded()) {
              place(name, audience);
            }
          });
    }

    @Override
    public void onProbed() {
      noteAlive();
    }
  }
}
