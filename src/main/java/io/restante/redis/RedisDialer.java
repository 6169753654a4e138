package io.restante.redis;

import io.restante.redis.RedisConfig.Durability;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Makes connections: TCP or TLS, login, database, and the check that this Redis is new enough and
 * durable as configured. It is done at every connect, as what answers may have changed.
 */
final class RedisDialer {
  /** What must be done over a new connection before anybody uses it. */
  interface Admission {
    /** Nothing. */
    Admission NONE = (url, fresh) -> Future.succeededFuture(fresh);

    /** Completes when it may be used. */
    Future<RespConnection> admit(RedisUrl url, RespConnection fresh);
  }

  /** What is to answer. */
  enum Peer {
    /** A primary, durable as configured. */
    PRIMARY,
    /** Any node of a cluster: its login is all that is needed. */
    NODE,
    /** A Sentinel: the same, with a password of its own. */
    SENTINEL
  }

  private static final String CLIENT_NAME = "restante";

  // More than a command may take: a first TLS handshake on a busy machine is slow.
  private static final int DIAL_MIN_MS = 3_000;

  private final Vertx vertx;
  private final RedisConfig config;
  private final Peer peer;
  private final NetClient client;

  /** Prepares. */
  RedisDialer(Vertx vertx, RedisConfig config, Peer peer) {
    this.vertx = vertx;
    this.config = config;
    this.peer = peer;
    this.client = vertx.createNetClient(options(config));
  }

  private static int dialMs(RedisConfig config) {
    return Math.max(DIAL_MIN_MS, config.timeoutMs());
  }

  private static NetClientOptions options(RedisConfig config) {
    NetClientOptions options =
        new NetClientOptions().setConnectTimeout(dialMs(config)).setTcpNoDelay(true);
    if (config.url().tls()) {
      options.setSsl(true).setHostnameVerificationAlgorithm("HTTPS");
      if (config.tlsCa() != null) {
        options.setTrustOptions(new PemTrustOptions().addCertPath(config.tlsCa().toString()));
      }
    }
    return options;
  }

  /**
   * Tries once, on the current event loop, for 3 s or a command's timeout. Fails with {@link
   * RedisStartException} where another try cannot help before somebody changes something, with
   * {@link LoadingException} where it is only to be awaited, otherwise with what went wrong, in one
   * line.
   */
  Future<RespConnection> dial(RedisUrl url, Admission admission) {
    Promise<RespConnection> dialed = Promise.promise();
    AtomicBoolean connected = new AtomicBoolean();
    long deadline =
        vertx.setTimer(
            dialMs(config),
            id ->
                dialed.tryFail(
                    new IllegalStateException(line(url, silence(url.tls() && !connected.get())))));
    // Not in this turn: it may have closed a socket whose last event waits in the same batch. Netty
    // finds the channel of an event by the socket's number, which the new one would have got.
    vertx.runOnContext(turn -> connect(url, admission, dialed, connected));
    return dialed.future().onComplete(done -> vertx.cancelTimer(deadline));
  }

  /** A Redis that does not speak TLS waits for the end of what it takes for a command. */
  private static String silence(boolean ofTls) {
    return ofTls
        ? "no answer to TLS, which rediss:// asks for (expected: its TLS port, or redis://)"
        : "no answer";
  }

  private void connect(
      RedisUrl url, Admission admission, Promise<RespConnection> dialed, AtomicBoolean connected) {
    client
        .connect(url.port(), url.host())
        .onComplete(
            (socket, failure) -> {
              if (socket != null) {
                connected.set(true);
                open(url, admission, socket, dialed);
              } else {
                dialed.tryFail(new IllegalStateException(line(url, why(failure))));
              }
            });
  }

  /** Lets go of what the attempts share; connections end with it. */
  Future<Void> close() {
    return client.close();
  }

  private void open(
      RedisUrl url, Admission admission, NetSocket socket, Promise<RespConnection> dialed) {
    RespConnection connection = new RespConnection(socket);
    // Ends the socket too where the deadline comes first.
    dialed.future().onFailure(failure -> connection.close("given up"));
    greet(url, connection)
        .compose(ok -> admission.admit(url, connection))
        .onComplete(
            (ok, failure) -> {
              if (failure == null) {
                dialed.tryComplete(connection);
              } else {
                dialed.tryFail(explained(url, failure));
              }
            });
  }

  /** All of the greeting in one write; the first that is refused tells why. */
  private Future<Void> greet(RedisUrl url, RespConnection connection) {
    Request hello = Request.cmd(Command.HELLO).arg(2);
    if (url.password() != null) {
      hello.arg("AUTH").arg(url.user() == null ? "default" : url.user()).arg(url.password());
    }
    hello.arg("SETNAME").arg(CLIENT_NAME);
    Future<@Nullable Response> greeted = connection.send(hello);
    if (peer != Peer.PRIMARY) {
      return greeted.mapEmpty();
    }
    Future<@Nullable Response> selected =
        url.database() == 0
            ? Future.succeededFuture(null)
            : connection.send(Request.cmd(Command.SELECT).arg(url.database()));
    Future<@Nullable Response> info = connection.send(Request.cmd(Command.INFO));
    boolean fsync = config.durability().contains(Durability.FSYNC);
    Future<@Nullable Response> append = setting(connection, fsync, "append*");
    Future<@Nullable Response> rewrite = setting(connection, fsync, "no-appendfsync-on-rewrite");
    return greeted
        .compose(ok -> selected)
        .compose(ok -> info)
        .compose(ok -> Future.join(append, rewrite).transform(done -> Future.succeededFuture()))
        .compose(
            done -> {
              Map<String, String> settings = new HashMap<>();
              collect(append.result(), settings);
              collect(rewrite.result(), settings);
              boolean readable = append.succeeded() && rewrite.succeeded();
              ServerFacts facts = new ServerFacts(fields(info.result()), settings, readable);
              connection.greeted(facts);
              return judge(url, facts);
            });
  }

  private Future<Void> judge(RedisUrl url, ServerFacts facts) {
    return facts
        .unsuitable(config.durability())
        .<RuntimeException>map(why -> refusal(url, why))
        .or(() -> facts.isLoading() ? Optional.of(loading(url)) : Optional.empty())
        .or(
            () ->
                facts
                    .busy(config.replicasMin())
                    .map(why -> new IllegalStateException(line(url, why))))
        .<Future<Void>>map(Future::failedFuture)
        .orElseGet(Future::succeededFuture);
  }

  private static Future<@Nullable Response> setting(
      RespConnection connection, boolean needed, String pattern) {
    return needed
        ? connection.send(Request.cmd(Command.CONFIG).arg("GET").arg(pattern))
        : Future.succeededFuture(null);
  }

  private static void collect(@Nullable Response pairs, Map<String, String> into) {
    if (pairs != null) {
      for (int i = 0; i + 1 < pairs.size(); i += 2) {
        into.put(pairs.get(i).toString(), pairs.get(i + 1).toString());
      }
    }
  }

  /** The fields of an {@code INFO}. */
  static Map<String, String> fields(@Nullable Response info) {
    Map<String, String> fields = new HashMap<>();
    String text = info == null ? "" : info.toString();
    text.lines()
        .forEach(
            line -> {
              int colon = line.indexOf(':');
              if (colon > 0) {
                fields.put(line.substring(0, colon), line.substring(colon + 1).trim());
              }
            });
    return fields;
  }

  private Throwable explained(RedisUrl url, Throwable failure) {
    if (!(failure instanceof ErrorType error)) {
      return failure instanceof RespConnection.EndedException
          ? new IllegalStateException(line(url, String.valueOf(failure.getMessage())))
          : failure;
    }
    String code = RedisErrors.firstWord(error);
    String message = String.valueOf(error.getMessage());
    return switch (code) {
      case "WRONGPASS" -> refusal(url, "user or password is wrong (" + passwordSetting() + ")");
      case "NOAUTH" ->
          refusal(url, "a password is needed (expected: in " + passwordSetting() + ")");
      case "LOADING" -> loading(url);
      case "NOPERM" -> refusal(url, "this user may not run INFO (expected: permission for it)");
      case "ERR" ->
          message.contains("unknown command")
              ? refusal(url, "does not know HELLO (expected: version 7.0 or newer)")
              : message.contains("DB index")
                  ? refusal(url, "has no database " + url.database())
                  : refusal(url, "refuses the login");
      // MASTERDOWN, maximum of clients, ...
      default -> new IllegalStateException(line(url, "refuses: " + code));
    };
  }

  private String passwordSetting() {
    return peer == Peer.SENTINEL ? "redis.sentinel.password" : "redis.urls";
  }

  private static String why(Throwable failure) {
    String why = failure.getMessage() == null ? failure.toString() : failure.getMessage();
    Throwable root = failure;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    // Such as the certificate's fault behind a TLS connection that was not made.
    return root.getMessage() == null || why.contains(root.getMessage())
        ? why
        : why + ": " + root.getMessage();
  }

  /** What a Redis is told by that loads its data. */
  static LoadingException loading(RedisUrl url) {
    return new LoadingException(line(url, "still loading its data"));
  }

  private static RedisStartException refusal(RedisUrl url, String why) {
    return new RedisStartException(line(url, why));
  }

  private static String line(RedisUrl url, String why) {
    return "redis at " + url.address() + ": " + why;
  }
}
