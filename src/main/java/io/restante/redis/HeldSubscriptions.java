package io.restante.redis;

import io.restante.protocol.GatewayException;
import io.restante.redis.Channel.Step;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import io.vertx.redis.client.impl.types.ErrorType;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One connection for all subscriptions of this gateway, on an event-loop context of its own; all
 * state is used there only. After a loss it resubscribes in batches, each sent once Redis has
 * confirmed the one before, and tells each listener as soon as its own channel is heard again.
 *
 * <p>Every two seconds a message, published over another connection, must be heard over this one
 * within {@code redis.timeout-ms}; otherwise it is made anew.
 */
public final class HeldSubscriptions implements Subscriptions {
  /** Channels in one command of a resubscription. */
  static final int BATCH_MAX = 500;

  private static final long PROBE_EVERY_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final long PROBE_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final int CHECKS_PER_TIMEOUT = 10;

  private final VertxInternal vertx;
  private final RedisConfig config;
  private final RedisMetrics metrics;
  private final Context context;
  private final HeldConnection connection;
  private final Map<ChannelName, Channel> channels = new HashMap<>();
  private final ArrayDeque<Hold> unsettled = new ArrayDeque<>();
  private final Set<Channel> resubscribe = new LinkedHashSet<>();
  private final Set<Channel> batch = new HashSet<>();
  private final String probeChannel = LookupKeys.probe(UUID.randomUUID().toString());
  private final Promise<Void> firstHeard = Promise.promise();
  private final long timeoutNanos;
  private final long checkNanos;
  private @Nullable HeldRedisLink publisher;
  private long checkTimer = -1;
  private long lastCheckNanos = System.nanoTime();
  private long probeSentNanos;
  private boolean probeUnderWay;
  private volatile boolean alive;

  private HeldSubscriptions(
      VertxInternal vertx, Context context, RedisConfig config, RedisMetrics metrics) {
    this.vertx = vertx;
    this.config = config;
    this.metrics = metrics;
    this.context = context;
    this.timeoutNanos = TimeUnit.MILLISECONDS.toNanos(config.timeoutMs());
    this.checkNanos = Math.max(TimeUnit.MILLISECONDS.toNanos(5), timeoutNanos / CHECKS_PER_TIMEOUT);
    this.connection =
        new HeldConnection(
            vertx,
            config,
            Whereabouts.fixed(config.url()),
            "subscriptions",
            metrics,
            this::up,
            this::down);
  }

  /**
   * Connects, from any thread. Completes once a probe was heard; fails with {@link
   * RedisStartException} as {@link HeldRedisLink#open} does.
   */
  public static Future<HeldSubscriptions> open(
      Vertx vertx, RedisConfig config, RedisMetrics metrics) {
    VertxInternal internal = (VertxInternal) vertx;
    Promise<HeldSubscriptions> opened = internal.promise();
    ContextInternal own = internal.createEventLoopContext();
    own.runOnContext(
        v -> {
          HeldSubscriptions fresh = new HeldSubscriptions(internal, own, config, metrics);
          fresh.start().map(fresh).onComplete(opened);
        });
    return opened.future();
  }

  private Future<Void> start() {
    listen(
            new ChannelName(probeChannel, true),
            new Listener() {
              @Override
              public void onMessage(Buffer message) {
                heard(message);
              }

              @Override
              public void onReconnect() {
                probe();
              }
            })
        .onSuccess(subscribed -> probe());
    checkTimer = vertx.setPeriodic(TimeUnit.NANOSECONDS.toMillis(checkNanos), id -> check());
    long startTimer =
        vertx.setTimer(
            config.startTimeoutMs(),
            id ->
                firstHeard.tryFail(
                    new RedisStartException(
                        "redis at "
                            + config.url().address()
                            + ": a sharded publish is not heard by its subscriber")));
    return HeldRedisLink.open(vertx, config, metrics)
        .compose(
            link -> {
              publisher = link;
              return connection.open();
            })
        .compose(v -> firstHeard.future())
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

  /** Ends the connection; listeners hear nothing more. */
  public Future<Void> close() {
    Promise<Void> closed = vertx.promise();
    context.runOnContext(
        v -> {
          vertx.cancelTimer(checkTimer);
          Future<Void> link = publisher == null ? Future.succeededFuture() : publisher.close();
          Future.join(link, connection.close()).<Void>mapEmpty().onComplete(closed);
        });
    return closed.future();
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
    Channel channel = channels.computeIfAbsent(hold.name(), Channel::new);
    channel.join(hold);
    if (channel.isActive()) {
      hold.active();
      return;
    }
    if (hold.name().sharded() && !hold.name().text().equals(probeChannel)) {
      unsettled.add(hold);
    }
    if (connection.current() != null && !resubscribe.contains(channel)) {
      send(channel, channel.want());
    }
  }

  private void leave(Hold hold) {
    Channel channel = channels.get(hold.name());
    if (channel != null) {
      send(channel, channel.leave(hold));
      forgetIfOver(channel);
    }
  }

  private void forgetIfOver(Channel channel) {
    if (channel.isOver()) {
      channels.remove(channel.name());
    }
  }

  private void send(Channel channel, Step step) {
    RespConnection current = connection.current();
    if (current == null || step == Step.NONE) {
      return;
    }
    boolean subscribe = step == Step.SUBSCRIBE;
    Command command =
        channel.name().sharded()
            ? (subscribe ? Command.SSUBSCRIBE : Command.SUNSUBSCRIBE)
            : (subscribe ? Command.SUBSCRIBE : Command.UNSUBSCRIBE);
    current.sendWithoutAnswer(Request.cmd(command).arg(channel.name().text()));
  }

  private void up(RespConnection fresh) {
    fresh.listen(reply -> take(fresh, reply));
    resubscribe.addAll(channels.values());
    sendBatch(fresh);
  }

  private void down() {
    alive = false;
    probeUnderWay = false;
    resubscribe.clear();
    batch.clear();
    channels.values().forEach(Channel::lost);
    channels.values().removeIf(Channel::isOver);
  }

  /** Sends the next channels of a resubscription, all sharded ones in one command. */
  private void sendBatch(RespConnection over) {
    Request sharded = Request.cmd(Command.SSUBSCRIBE);
    Request broadcast = Request.cmd(Command.SUBSCRIBE);
    int broadcasts = 0;
    Iterator<Channel> next = resubscribe.iterator();
    while (next.hasNext() && batch.size() < BATCH_MAX) {
      Channel channel = next.next();
      next.remove();
      if (channel.want() == Step.SUBSCRIBE) {
        batch.add(channel);
        broadcasts += channel.name().sharded() ? 0 : 1;
        (channel.name().sharded() ? sharded : broadcast).arg(channel.name().text());
      }
    }
    if (batch.size() > broadcasts) {
      over.sendWithoutAnswer(sharded);
    }
    if (broadcasts > 0) {
      over.sendWithoutAnswer(broadcast);
    }
  }

  private void take(RespConnection from, Response reply) {
    if (reply.type() != ResponseType.MULTI) {
      from.close(
          reply instanceof ErrorType error
              ? "a subscription was refused: " + RedisErrors.firstWord(error)
              : "an unknown message");
      return;
    }
    switch (reply.get(0).toString()) {
      case "smessage" -> message(new ChannelName(reply.get(1).toString(), true), reply.get(2));
      case "message" -> message(new ChannelName(reply.get(1).toString(), false), reply.get(2));
      case "ssubscribe", "sunsubscribe" ->
          confirmation(from, new ChannelName(reply.get(1).toString(), true));
      case "subscribe", "unsubscribe" ->
          confirmation(from, new ChannelName(reply.get(1).toString(), false));
      default -> from.close("an unknown message");
    }
  }

  private void message(ChannelName name, Response body) {
    Channel channel = channels.get(name);
    if (channel != null) {
      Buffer bytes = body.toBuffer();
      channel.holds().forEach(hold -> hold.message(bytes));
    }
  }

  private void confirmation(RespConnection from, ChannelName name) {
    Channel channel = channels.get(name);
    if (channel == null || !channel.confirmed()) {
      // Such as a channel that Redis took from us.
      from.close("a confirmation that nobody waits for");
      return;
    }
    if (channel.isActive()) {
      channel.holds().forEach(Hold::active);
    }
    forgetIfOver(channel);
    if (batch.remove(channel) && batch.isEmpty()) {
      sendBatch(from);
    }
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
    RespConnection current = connection.current();
    if (current == null) {
      return;
    }
    if (probeUnderWay && now - probeSentNanos >= timeoutNanos) {
      metrics.timedOut();
      current.close("a probe was not heard in time");
    } else if (!probeUnderWay
        && now - probeSentNanos >= (alive ? PROBE_EVERY_NANOS : PROBE_AGAIN_NANOS)) {
      probe();
    }
  }

  /** Publishes to this gateway over the other connection. */
  private void probe() {
    HeldRedisLink link = publisher;
    if (link == null || connection.current() == null) {
      return;
    }
    long sent = System.nanoTime();
    probeSentNanos = sent;
    probeUnderWay = true;
    link.send(probeChannel, Request.cmd(Command.SPUBLISH).arg(probeChannel).arg(sent))
        .onFailure(
            failure -> {
              // Redis is away for both: that says nothing of the subscriptions.
              if (probeSentNanos == sent) {
                probeUnderWay = false;
                alive = false;
              }
            });
  }

  private void heard(Buffer message) {
    // An earlier one proves nothing of now.
    if (probeUnderWay && message.toString().equals(Long.toString(probeSentNanos))) {
      probeUnderWay = false;
      alive = true;
      firstHeard.tryComplete();
    }
  }
}
