package io.restante.mailbox;

import io.restante.protocol.DeviceAddress;
import io.restante.protocol.GatewayException;
import io.restante.redis.AccountKeys;
import io.restante.redis.RedisLink;
import io.restante.redis.Subscriptions;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Doorbells as sharded channels. One instance for each event loop, on its link. */
public final class RedisDoorbell implements Doorbell {
  private static final long UNNUMBERED = 0;

  private final RedisLink link;
  private final Subscriptions subscriptions;
  private final MailboxConfig config;

  /** Doorbells that are heard on the gateway's subscriptions. */
  public RedisDoorbell(RedisLink link, Subscriptions subscriptions, MailboxConfig config) {
    this.link = link;
    this.subscriptions = subscriptions;
    this.config = config;
  }

  @Override
  public Future<Void> admit(DeviceAddress owner) {
    String key = DisplacedScript.keys(owner).get(0);
    return link.send(key, Request.cmd(Command.GET).arg(key))
        .compose(
            count ->
                count == null || count.toInteger() < config.displacementsMax()
                    ? Future.succeededFuture()
                    : link.send(key, Request.cmd(Command.PTTL).arg(key))
                        .compose(leftMs -> Future.failedFuture(chased(count, leftMs))));
  }

  @Override
  public Future<Void> countDisplaced(DeviceAddress owner) {
    return link.run(
            DisplacedScript.SCRIPT, DisplacedScript.keys(owner), DisplacedScript.args(config))
        .mapEmpty();
  }

  private GatewayException chased(Response count, @Nullable Response leftMs) {
    long ms = leftMs == null ? 0 : leftMs.toLong();
    return GatewayException.rateLimited(
        "sessions of this device that displaced each other: "
            + count.toInteger()
            + " (expected: fewer than "
            + config.displacementsMax()
            + " in "
            + config.displacementsWindowMs()
            + " ms)",
        ms);
  }

  @Override
  public Future<Session> open(DeviceAddress owner, Listener listener) {
    OpenSession session = new OpenSession(owner, listener);
    String channel = AccountKeys.of(owner.aci()).doorbell(owner.device());
    return subscriptions
        .subscribe(channel, session)
        .onSuccess(session::subscribed)
        .compose(
            subscribed ->
                listener.isGone()
                    // Its client may have come back elsewhere, and would be displaced.
                    ? Future.<Response>failedFuture("who opens the session has gone")
                    : link.run(
                        OpenSessionScript.SCRIPT,
                        OpenSessionScript.keys(owner),
                        OpenSessionScript.args(owner)))
        .map(OpenSessionScript::decode)
        .onSuccess(session::numbered)
        .onFailure(failure -> session.close())
        .map(session);
  }

  @Override
  public Future<Told> tellLowStock(DeviceAddress owner) {
    return link.run(
            TellLowStockScript.SCRIPT,
            TellLowStockScript.keys(owner),
            TellLowStockScript.args(owner))
        .map(TellLowStockScript::decode);
  }

  private final class OpenSession implements Session, Subscriptions.Listener {
    private final DeviceAddress owner;
    private final Listener listener;
    private Subscriptions.@Nullable Subscription subscription;
    private long number = UNNUMBERED;
    private long highestHeard;
    private boolean displaced;
    private boolean closed;

    OpenSession(DeviceAddress owner, Listener listener) {
      this.owner = owner;
      this.listener = listener;
    }

    void subscribed(Subscriptions.Subscription given) {
      subscription = given;
    }

    void numbered(long given) {
      number = given;
      heard(highestHeard);
    }

    private boolean isOpen() {
      return number != UNNUMBERED && !closed;
    }

    /** A session with this number was opened; before our own number is known it is only noted. */
    private void heard(long other) {
      highestHeard = Math.max(highestHeard, other);
      if (isOpen() && highestHeard > number && !displaced) {
        displaced = true;
        listener.onDisplaced();
      }
    }

    @Override
    public long number() {
      return number;
    }

    @Override
    public Future<Boolean> check() {
      String key = OpenSessionScript.keys(owner).get(0);
      return link.send(key, Request.cmd(Command.GET).arg(key))
          .map(
              highest -> {
                heard(highest == null ? UNNUMBERED : highest.toLong());
                return highestHeard <= number;
              });
    }

    @Override
    public void close() {
      closed = true;
      if (subscription != null) {
        subscription.cancel();
        subscription = null;
      }
    }

    @Override
    public void onMessage(Buffer message) {
      String word = message.toString(StandardCharsets.US_ASCII);
      OptionalLong displacer = OpenSessionScript.displacer(word);
      if (displacer.isPresent()) {
        heard(displacer.getAsLong());
      } else if (isOpen() && TellLowStockScript.isTold(word)) {
        listener.onLowStock();
      } else if (isOpen()) {
        ring(word);
      }
    }

    /** Any word that is neither says that there may be both. */
    private void ring(String word) {
      if (!word.equals(AppendScript.RINGS_ONLINE)) {
        listener.onRing();
      }
      if (!word.equals(AppendScript.RINGS_MAIL)) {
        listener.onOnlineRing();
      }
    }

    @Override
    public void onReconnect() {
      if (isOpen()) {
        // Should it fail, the next sweep asks again.
        check();
        listener.onReconnect();
      }
    }
  }
}
