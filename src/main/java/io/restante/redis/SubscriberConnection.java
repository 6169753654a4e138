package io.restante.redis;

import io.restante.redis.Channel.Step;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import io.vertx.redis.client.impl.types.ErrorType;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The connection to one primary that carries subscriptions and nothing else. Used on its event loop
 * only. After a loss it is made anew and asks again for all its channels, with a limit on how many
 * are unconfirmed at a time.
 *
 * <p>Every two seconds a message, published over another connection, must be heard over this one
 * within {@code redis.timeout-ms}, and Redis must have counted this one among its listeners;
 * otherwise it is made anew.
 */
final class SubscriberConnection {
  /** What a connection tells of its channels. */
  interface Events {
    /** What is published to the channel from now on is heard; before, it may not have been. */
    void onHeard(SubscriberConnection from, ChannelName name);

    /** A message of a channel. */
    void onMessage(ChannelName name, Buffer message);

    /** The channel's slot is another primary's by now: this connection no longer has it. */
    void onMisplaced(SubscriberConnection from, ChannelName name);

    /** It is connected; its channels are asked for. */
    void onUp();

    /** It is lost, and with it whatever was published meanwhile. */
    void onDown();

    /** A probe was heard. */
    void onProbed();
  }

  /** Channels of a resubscription that wait for their confirmation at a time. */
  static final int UNCONFIRMED_MAX = 500;

  private static final long PROBE_EVERY_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final long PROBE_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final HeldConnection connection;
  private final RedisLink publisher;
  private final RedisMetrics metrics;
  private final Events events;
  private final long timeoutNanos;
  private final Map<ChannelName, Channel> channels = new HashMap<>();
  private final Set<Channel> resubscribe = new LinkedHashSet<>();
  private final Set<Channel> unconfirmed = new LinkedHashSet<>();
  private @Nullable ChannelName probeChannel;
  private long probeSentNanos;
  private boolean probeUnderWay;
  private boolean alive;
  private boolean closed;

  /**
   * Prepares, without connecting.
   *
   * @param where of the primary
   * @param publisher by which probes are published
   */
  SubscriberConnection(
      Vertx vertx,
      RedisConfig config,
      Whereabouts where,
      RedisLink publisher,
      RedisMetrics metrics,
      Events events) {
    this.connection =
        new HeldConnection(vertx, config, where, "subscriptions", metrics, this::up, this::down);
    this.publisher = publisher;
    this.metrics = metrics;
    this.events = events;
    this.timeoutNanos = TimeUnit.MILLISECONDS.toNanos(config.timeoutMs());
  }

  /** Connects; see {@link HeldConnection#open}. */
  Future<Void> open() {
    return connection.open();
  }

  /** Ends it for good; nothing more is told. */
  Future<Void> close() {
    closed = true;
    alive = false;
    return connection.close();
  }

  /** Whether there is a connection at the moment. */
  boolean isUp() {
    return connection.current() != null;
  }

  /** Whether the last probe came back in time. */
  boolean isAlive() {
    return alive;
  }

  /** Whether what is published to this channel now is heard. */
  boolean hears(ChannelName name) {
    Channel channel = channels.get(name);
    return channel != null && channel.isActive();
  }

  /** The channel of the probes, in a slot of this primary; null where it needs one. */
  @Nullable ChannelName probeChannel() {
    return probeChannel;
  }

  /** Probes over this channel from now on. */
  void probeOn(ChannelName name) {
    ChannelName before = probeChannel;
    probeChannel = name;
    if (before != null) {
      unsubscribe(before);
    }
    subscribe(name);
  }

  /** Asks for a channel, now and after each loss. */
  void subscribe(ChannelName name) {
    Channel channel = channels.computeIfAbsent(name, Channel::new);
    channel.want();
    if (isUp() && !resubscribe.contains(channel)) {
      send(channel, channel.ask());
    }
  }

  /** Lets go of a channel. */
  void unsubscribe(ChannelName name) {
    Channel channel = channels.get(name);
    if (channel != null) {
      send(channel, channel.letGo());
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
    unconfirmed.add(channel);
    // One at a time: a cluster refuses channels of different slots in one command.
    current.sendWithoutAnswer(Request.cmd(command).arg(channel.name().text()));
  }

  private void up(RespConnection fresh) {
    fresh.listen(reply -> take(fresh, reply));
    Channel probed = probeChannel == null ? null : channels.get(probeChannel);
    if (probed != null) {
      // First, as the time of a probe runs from now on.
      resubscribe.add(probed);
    }
    resubscribe.addAll(channels.values());
    resume();
    events.onUp();
  }

  private void down() {
    alive = false;
    probeUnderWay = false;
    resubscribe.clear();
    unconfirmed.clear();
    channels.values().forEach(Channel::lost);
    channels.values().removeIf(Channel::isOver);
    if (!closed) {
      events.onDown();
    }
  }

  /** Goes on with a resubscription as far as the limit allows. */
  private void resume() {
    Iterator<Channel> next = resubscribe.iterator();
    while (unconfirmed.size() < UNCONFIRMED_MAX && next.hasNext()) {
      Channel channel = next.next();
      next.remove();
      send(channel, channel.ask());
    }
  }

  private void take(RespConnection from, Response reply) {
    if (reply instanceof ErrorType error) {
      int movedSlot = RedisErrors.movedSlot(error);
      if (movedSlot >= 0) {
        misplaced(movedSlot);
      } else {
        from.close("a subscription was refused: " + RedisErrors.firstWord(error));
      }
      return;
    }
    if (reply.type() != ResponseType.MULTI) {
      from.close("an unknown message");
      return;
    }
    String channel = String.valueOf(reply.get(1));
    switch (reply.get(0).toString()) {
      case "smessage" -> message(new ChannelName(channel, true), reply.get(2).toBuffer());
      case "message" -> message(new ChannelName(channel, false), reply.get(2).toBuffer());
      case "ssubscribe" -> subscribed(from, new ChannelName(channel, true));
      case "subscribe" -> subscribed(from, new ChannelName(channel, false));
      case "sunsubscribe" -> unsubscribed(new ChannelName(channel, true));
      case "unsubscribe" -> unsubscribed(new ChannelName(channel, false));
      default -> from.close("an unknown message");
    }
  }

  private void message(ChannelName name, Buffer message) {
    if (name.equals(probeChannel)) {
      probeHeard(message);
    } else if (channels.containsKey(name)) {
      events.onMessage(name, message);
    }
  }

  private void subscribed(RespConnection from, ChannelName name) {
    Channel channel = channels.get(name);
    if (channel == null || !channel.confirmed()) {
      from.close("a confirmation that nobody waits for");
      return;
    }
    settled(channel);
    if (!channel.isActive()) {
      return;
    }
    if (name.equals(probeChannel)) {
      probe();
    } else {
      events.onHeard(this, name);
    }
  }

  private void unsubscribed(ChannelName name) {
    Channel channel = channels.get(name);
    if (channel == null) {
      // Redis had taken it from us while our own command was on its way.
      return;
    }
    if (channel.confirmed()) {
      settled(channel);
    } else {
      takenAway(channel);
    }
  }

  private void settled(Channel channel) {
    if (!channel.isUnconfirmed()) {
      unconfirmed.remove(channel);
      forgetIfOver(channel);
    }
    resume();
  }

  /**
   * A command for a channel of this slot was refused. Which one is not told; whatever waits for a
   * confirmation in that slot is refused as well.
   */
  private void misplaced(int slot) {
    for (Channel channel : List.copyOf(unconfirmed)) {
      if (channel.name().sharded() && channel.slot() == slot) {
        takenAway(channel);
      }
    }
    resume();
  }

  private void takenAway(Channel channel) {
    channels.remove(channel.name());
    unconfirmed.remove(channel);
    resubscribe.remove(channel);
    if (channel.name().equals(probeChannel)) {
      probeChannel = null;
      probeUnderWay = false;
      alive = false;
    }
    if (channel.isWanted()) {
      events.onMisplaced(this, channel.name());
    }
  }

  /** Looks whether a probe is overdue or due. Called every few milliseconds. */
  void check(long now) {
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
    RespConnection over = connection.current();
    ChannelName channel = probeChannel;
    if (over == null || channel == null) {
      return;
    }
    long sent = System.nanoTime();
    boolean mustCount = hears(channel);
    probeSentNanos = sent;
    probeUnderWay = true;
    publisher
        .send(channel.text(), Request.cmd(Command.SPUBLISH).arg(channel.text()).arg(sent))
        .onSuccess(
            listeners -> {
              if (mustCount && listeners != null && listeners.toInteger() == 0 && hears(channel)) {
                // A replica by now: it hears most, and is not counted.
                over.close("another primary takes what is published");
              }
            })
        .onFailure(
            failure -> {
              // Redis is away for both: that says nothing of the subscriptions.
              if (probeSentNanos == sent) {
                probeUnderWay = false;
                alive = false;
              }
            });
  }

  private void probeHeard(Buffer message) {
    // An earlier one proves nothing of now.
    if (probeUnderWay && message.toString().equals(Long.toString(probeSentNanos))) {
      probeUnderWay = false;
      alive = true;
      events.onProbed();
    }
  }
}
