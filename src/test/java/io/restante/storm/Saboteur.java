package io.restante.storm;

import io.restante.faults.LinkSaboteur;
import io.restante.faults.Tampered;
import io.restante.redis.RedisLink;
import io.restante.redis.RedisScript;
import io.restante.redis.Subscriptions;
import io.restante.storm.Finding.Rule;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Breaks the promise in a gateway's process, to show that the checker finds it. The class that
 * gives mailboxes and doorbells their link and their subscriptions is compiled anew with tampered
 * ones, and comes before the real one in the class path.
 */
public enum Saboteur implements LinkSaboteur {
  /** The doorbell rings, and a moment later the envelope is in the mailbox. */
  RING_BEFORE_STORE(Rule.LATE) {
    @Override
    public Future<@Nullable Response> run(
        RedisLink link, RedisScript script, List<String> keys, List<Object> args) {
      if (!script.name().equals(APPEND)) {
        return link.run(script, keys, args);
      }
      List<Future<@Nullable Response>> rings = new ArrayList<>();
      for (int i = FIRST_DOORBELL; i < args.size(); i += PARCEL_ARGS) {
        String doorbell = args.get(i).toString();
        rings.add(link.send(doorbell, Request.cmd(Command.SPUBLISH).arg(doorbell).arg("n")));
      }
      return Future.join(rings)
          .transform(rung -> after(MOMENT_MS))
          .compose(later -> link.run(silent(script), keys, args));
    }
  },

  /** What is read from a mailbox is deleted there and then. */
  ACK_BEFORE_DELIVERY(Rule.LOST) {
    @Override
    public Future<@Nullable Response> send(RedisLink link, String key, Request request) {
      Future<@Nullable Response> reply = link.send(key, request);
      return request.command().equals(Command.XRANGE)
          ? reply.compose(page -> delete(link, key, page).map(page).otherwise(page))
          : reply;
    }
  },

  /** A session reads its mailbox, and then subscribes to its doorbell. */
  READ_BEFORE_SUBSCRIBE(Rule.LATE) {
    @Override
    Future<Subscriptions.Subscription> subscribe(
        Subscriptions subscriptions, String channel, Subscriptions.Listener listener) {
      Future<Subscriptions.Subscription> later =
          after(READ_MS).compose(read -> subscriptions.subscribe(channel, listener));
      return Future.succeededFuture(() -> later.onSuccess(Subscriptions.Subscription::cancel));
    }
  },

  /** A subscription that was lost is never back, though all looks well. */
  DEAF_AFTER_LOSS(Rule.LATE) {
    @Override
    Future<Subscriptions.Subscription> subscribe(
        Subscriptions subscriptions, String channel, Subscriptions.Listener listener) {
      return subscriptions.subscribe(channel, new DeafAfterLoss(listener));
    }
  };

  private static final class DeafAfterLoss implements Subscriptions.Listener {
    private final Subscriptions.Listener listener;
    private boolean deaf;

    DeafAfterLoss(Subscriptions.Listener listener) {
      this.listener = listener;
    }

    @Override
    public void onMessage(Buffer message) {
      if (!deaf) {
        listener.onMessage(message);
      }
    }

    @Override
    public void onReconnect() {
      deaf = true;
    }
  }

  private static final String APPEND = "mailbox/append";

  /** Where in the script's arguments the doorbell of the first parcel is, and how many each has. */
  private static final int FIRST_DOORBELL = 14;

  private static final int PARCEL_ARGS = 5;
  private static final int MOMENT_MS = 20;
  private static final int READ_MS = 500;
  private static final String RINGS = "redis.call('SPUBLISH', p.bell, 'm')";

  /** No script has it, so that it is run by its text. */
  private static final String NO_DIGEST = "0".repeat(40);

  private static final String PROPERTY = "restante.saboteur";
  private static final Pattern LINK = Pattern.compile("new RedisMailboxStore\\(\\s*link\\b");
  private static final Pattern SUBSCRIPTIONS =
      Pattern.compile("new RedisDoorbell\\(\\s*link,\\s*parts\\.subscriptions\\(\\)");
  private static final String TAMPER = "io.restante.storm.Saboteur.ofThisProcess().tamper(";

  private final Rule broken;

  Saboteur(Rule broken) {
    this.broken = broken;
  }

  /** The rule by which it must be found, whatever else it breaks. */
  Rule broken() {
    return broken;
  }

  /** How a doorbell is subscribed to. */
  Future<Subscriptions.Subscription> subscribe(
      Subscriptions subscriptions, String channel, Subscriptions.Listener listener) {
    return subscriptions.subscribe(channel, listener);
  }

  private static Future<Void> after(int ms) {
    Promise<Void> over = Promise.promise();
    Vertx.currentContext().owner().setTimer(ms, id -> over.complete());
    return over.future();
  }

  private static RedisScript silent(RedisScript append) {
    if (!append.text().contains(RINGS)) {
      throw new IllegalStateException(APPEND + " does not have " + RINGS);
    }
    return new RedisScript(append.name(), append.text().replace(RINGS, "1"), NO_DIGEST);
  }

  private static Future<?> delete(RedisLink link, String mail, @Nullable Response page) {
    if (page == null || page.size() == 0) {
      return Future.succeededFuture();
    }
    Request delete = Request.cmd(Command.XDEL).arg(mail);
    page.forEach(entry -> delete.arg(entry.get(0).toString()));
    return link.send(mail, delete);
  }

  /** In the gateway: the one that the process was given. */
  public static Saboteur ofThisProcess() {
    return valueOf(System.getProperty(PROPERTY));
  }

  /** The subscriptions that go that way. */
  public Subscriptions tamper(Subscriptions subscriptions) {
    return new Subscriptions() {
      @Override
      public Future<Subscription> subscribe(String shardChannel, Listener listener) {
        return Saboteur.this.subscribe(subscriptions, shardChannel, listener);
      }

      @Override
      public void onBroadcast(String channel, Consumer<Buffer> message, Runnable reconnect) {
        subscriptions.onBroadcast(channel, message, reconnect);
      }

      @Override
      public boolean isAlive() {
        return subscriptions.isAlive();
      }
    };
  }

  /** What a JVM is told to run a gateway with this saboteur in it. */
  List<String> jvmOptions() {
    boolean atLink = this == RING_BEFORE_STORE || this == ACK_BEFORE_DELIVERY;
    String classPath =
        atLink
            ? Tampered.classPath(Weather.FOLDER, LINK, "new RedisMailboxStore(" + TAMPER + "link)")
            : Tampered.classPath(
                Weather.FOLDER,
                SUBSCRIPTIONS,
                "new RedisDoorbell(link, " + TAMPER + "parts.subscriptions())");
    return List.of("-D" + PROPERTY + '=' + name(), "-cp", classPath);
  }
}
