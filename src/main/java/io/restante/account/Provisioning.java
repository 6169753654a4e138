package io.restante.account;

import io.restante.redis.LookupKeys;
import io.restante.redis.RedisLink;
import io.restante.redis.RedisScript;
import io.restante.redis.Subscriptions;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Addresses at which new devices wait for what the primary of their account has to tell them, on
 * whichever gateway. A message lies in Redis until the gateway that has the device takes it;
 * nothing of it is kept where nobody waits.
 */
public final class Provisioning {
  private static final RedisScript SCRIPT = RedisScript.load("account/provision");
  private static final int ADDRESS_BYTES = 16;
  private static final int MESSAGES_MAX = 4;
  private static final int MESSAGE_TTL_MS = 60_000;

  /** What became of a message. */
  public enum Delivery {
    /** Nobody waits at the address. */
    NOBODY,
    /** It is on its way. */
    TAKEN,
    /** Too many messages lie there. */
    TOO_MANY
  }

  /** A new device's place. */
  public interface Seat {
    /** Random, and a secret of who made it and whom they tell it. */
    String address();

    /** Leaves it. */
    void close();
  }

  private final RedisLink link;
  private final Subscriptions subscriptions;

  /** The addresses as one event loop reaches them. */
  public Provisioning(RedisLink link, Subscriptions subscriptions) {
    this.link = link;
    this.subscriptions = subscriptions;
  }

  /** Makes an address, whose messages come on the current context until it is closed. */
  public Future<Seat> open(Consumer<Buffer> message) {
    String address = RandomToken.ofBytes(ADDRESS_BYTES);
    OpenSeat seat = new OpenSeat(address, message);
    return subscriptions
        .subscribe(LookupKeys.provisioningChannel(address), seat)
        .map(subscription -> seat.on(subscription));
  }

  /** Leaves a message at an address. */
  public Future<Delivery> deliver(String address, Buffer message) {
    return link.run(
            SCRIPT,
            List.of(LookupKeys.provisioning(address)),
            List.of(LookupKeys.provisioningChannel(address), message, MESSAGES_MAX, MESSAGE_TTL_MS))
        .map(reply -> delivery(Replies.present(reply).toInteger()));
  }

  private static Delivery delivery(int reply) {
    return switch (reply) {
      case 0 -> Delivery.NOBODY;
      case 1 -> Delivery.TAKEN;
      default -> Delivery.TOO_MANY;
    };
  }

  private final class OpenSeat implements Seat, Subscriptions.Listener {
    private final String address;
    private final Consumer<Buffer> message;
    private Subscriptions.@Nullable Subscription subscription;

    OpenSeat(String address, Consumer<Buffer> message) {
      this.address = address;
      this.message = message;
    }

    Seat on(Subscriptions.Subscription made) {
      subscription = made;
      return this;
    }

    @Override
    public String address() {
      return address;
    }

    @Override
    public void close() {
      if (subscription != null) {
        subscription.cancel();
      }
    }

    @Override
    public void onMessage(Buffer ring) {
      take();
    }

    @Override
    public void onReconnect() {
      take();
    }

    private void take() {
      String key = LookupKeys.provisioning(address);
      link.send(key, Request.cmd(Command.LPOP).arg(key))
          .onSuccess(
              popped -> {
                if (popped != null) {
                  message.accept(popped.toBuffer());
                  take();
                }
              });
    }
  }
}
