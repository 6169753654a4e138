package io.restante.redis;

import io.restante.redis.RedisConfig.Durability;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.ProtocolVersion;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Makes one connection: TCP or TLS, login, database, and the check that this Redis is new enough
 * and durable as configured. It is done at every connect, as what answers may have changed.
 */
final class RedisDialer {
  /** A checked connection and the client that was made for it alone. */
  record Dialed(Redis client, RedisConnection connection) {}

  // Beside the callers' commands: what the link itself sends.
  private static final int OWN_COMMANDS_MAX = 16;

  private final Vertx vertx;
  private final RedisConfig config;

  RedisDialer(Vertx vertx, RedisConfig config) {
    this.vertx = vertx;
    this.config = config;
  }

  /**
   * Tries once, on the current context. Fails with {@link RedisStartException} where another try
   * cannot help before somebody changes something, otherwise with what went wrong.
   */
  Future<Dialed> dial() {
    // A client per attempt: it neither reconnects nor ends its connections by itself, and closing
    // it ends all that belongs to the attempt.
    Redis client = Redis.createClient(vertx, options());
    Promise<Dialed> dialed = Promise.promise();
    long deadline =
        vertx.setTimer(
            config.timeoutMs() * 2L,
            id -> {
              if (dialed.tryFail(new TimeoutException("no answer"))) {
                client.close();
              }
            });
    client
        .connect()
        .compose(connection -> check(connection).map(new Dialed(client, connection)))
        .onComplete(
            (done, failure) -> {
              vertx.cancelTimer(deadline);
              if (done != null) {
                dialed.tryComplete(done);
              } else if (dialed.tryFail(explained(failure))) {
                client.close();
              }
            });
    return dialed.future();
  }

  private RedisOptions options() {
    RedisUrl url = config.url();
    NetClientOptions net =
        new NetClientOptions().setConnectTimeout(config.timeoutMs()).setTcpNoDelay(true);
    if (url.tls()) {
      net.setSsl(true).setHostnameVerificationAlgorithm("HTTPS");
      if (config.tlsCa() != null) {
        net.setTrustOptions(new PemTrustOptions().addCertPath(config.tlsCa().toString()));
      }
    }
    RedisOptions options =
        new RedisOptions()
            .setConnectionString(url.toString())
            .setNetClientOptions(net)
            .setMaxPoolSize(1)
            .setMaxPoolWaiting(1)
            .setPoolCleanerInterval(-1)
            .setPoolRecycleTimeout(-1)
            .setMaxWaitingHandlers(config.inFlightMax() + OWN_COMMANDS_MAX)
            // RESP2: replies strictly in order. In RESP3 the client gives a push message the
            // promise of whatever command waits first.
            .setPreferredProtocolVersion(ProtocolVersion.RESP2);
    if (url.user() != null) {
      options.setUser(url.user());
    }
    if (url.password() != null) {
      options.setPassword(url.password());
    }
    return options;
  }

  private Future<Void> check(RedisConnection connection) {
    Future<Map<String, String>> info =
        connection.send(Request.cmd(Command.INFO)).map(RedisDialer::infoFields);
    Future<Map<String, String>> settings =
        config.durability().contains(Durability.FSYNC)
            ? settings(connection)
            : Future.succeededFuture(Map.of());
    return Future.all(info, settings)
        .compose(
            both -> {
              boolean configReadable = !settings.result().containsKey(FORBIDDEN);
              ServerFacts facts = new ServerFacts(info.result(), settings.result(), configReadable);
              return facts
                  .unsuitable(config.durability())
                  .map(why -> Future.<Void>failedFuture(new RedisStartException(line(why))))
                  .or(() -> facts.busy().map(why -> Future.failedFuture(line(why))))
                  .orElseGet(Future::succeededFuture);
            });
  }

  private static final String FORBIDDEN = "forbidden";

  private static Future<Map<String, String>> settings(RedisConnection connection) {
    Future<@Nullable Response> append = config(connection, "append*");
    Future<@Nullable Response> rewrite = config(connection, "no-appendfsync-on-rewrite");
    return Future.all(append, rewrite)
        .map(
            both -> {
              Map<String, String> settings = new HashMap<>();
              collect(append.result(), settings);
              collect(rewrite.result(), settings);
              return settings;
            })
        .recover(
            failure ->
                failure instanceof ErrorType
                    ? Future.succeededFuture(Map.of(FORBIDDEN, ""))
                    : Future.failedFuture(failure));
  }

  private static Future<@Nullable Response> config(RedisConnection connection, String pattern) {
    return connection.send(Request.cmd(Command.CONFIG).arg("GET").arg(pattern));
  }

  private static void collect(@Nullable Response pairs, Map<String, String> into) {
    if (pairs != null) {
      for (int i = 0; i + 1 < pairs.size(); i += 2) {
        into.put(pairs.get(i).toString(), pairs.get(i + 1).toString());
      }
    }
  }

  private static Map<String, String> infoFields(@Nullable Response info) {
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

  private Throwable explained(Throwable failure) {
    if (failure instanceof ErrorType error) {
      String code = RedisErrors.firstWord(error);
      return switch (code) {
        case "WRONGPASS" -> new RedisStartException(line("user or password is wrong"));
        case "NOAUTH" ->
            new RedisStartException(line("a password is needed (expected: in redis.urls)"));
        case "NOPERM" ->
            new RedisStartException(line("this user may not run INFO (expected: permission)"));
        case "ERR" ->
            // Such as a password where none is set, or a database number that does not exist.
            new RedisStartException(line("login refused: " + error.getMessage()));
        default -> new IllegalStateException(line(code));
      };
    }
    if (failure instanceof RedisStartException) {
      return failure;
    }
    return failure;
  }

  private String line(String why) {
    return "redis at " + config.url().address() + ": " + why;
  }
}
