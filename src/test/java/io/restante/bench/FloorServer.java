package io.restante.bench;

import io.restante.redis.HeldRedisLink;
import io.restante.redis.RedisConfig;
import io.restante.redis.RedisConfig.Durability;
import io.restante.redis.RedisMetrics;
import io.restante.redis.RedisUrl;
import io.vertx.core.AsyncResult;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.Set;

/**
 * The least that a claim can be on these parts: a bare HTTP server whose every request sends two
 * {@code LPOP} and one {@code HMGET} over the held connection of its event loop and answers with a
 * body of the same size, which is always the same. No credentials, no limits, no metrics, no
 * routes, and what Redis answers is not looked at.
 */
final class FloorServer extends VerticleBase {
  /** Over what the commands go. */
  enum Client {
    /** The gateway's own link. */
    HELD,
    /** The Redis client of Vert.x, one connection for each event loop. */
    STOCK
  }

  /** Sends a group of commands; the last one's answer is told. */
  private interface Commands {
    void send(Request request);

    void sendLast(Request request, Handler<AsyncResult<Response>> answered);
  }

  private static final String PATH = "/v2/keys/";
  private static final int ACI_CHARS = 36;

  private final String redisUrl;
  private final Client client;
  private final Buffer body;

  private FloorServer(String redisUrl, Client client, int bodyBytes) {
    this.redisUrl = redisUrl;
    this.client = client;
    this.body = Buffer.buffer("x".repeat(bodyBytes));
  }

  /** Arguments: address of Redis, client, bytes of the body. Prints a line when it serves. */
  public static void main(String[] args) {
    Vertx vertx = Vertx.vertx();
    Client client = Client.valueOf(args[1]);
    int bodyBytes = Integer.parseInt(args[2]);
    vertx
        .deployVerticle(
            () -> new FloorServer(args[0], client, bodyBytes),
            new DeploymentOptions().setInstances(Runtime.getRuntime().availableProcessors()))
        .onFailure(
            failure -> {
              System.err.println("the floor does not start: " + failure);
              System.exit(1);
            });
  }

  @Override
  public Future<?> start() {
    return connect()
        .compose(
            commands ->
                vertx
                    .createHttpServer(new HttpServerOptions().setHost("127.0.0.1").setPort(-1))
                    .requestHandler(request -> answer(commands, request))
                    .listen())
        .onSuccess(
            server -> System.out.println("ready public=http://127.0.0.1:" + server.actualPort()));
  }

  private Future<Commands> connect() {
    return client == Client.HELD
        ? HeldRedisLink.open(
                vertx,
                RedisConfig.standalone(RedisUrl.parse(redisUrl), Set.<Durability>of())
                    .withLimits(Side.REDIS_TIMEOUT_MS, RedisConfig.IN_FLIGHT_MAX),
                RedisMetrics.none())
            .map(FloorServer::over)
        : Redis.createClient(vertx, redisUrl).connect().map(FloorServer::over);
  }

  private static Commands over(HeldRedisLink link) {
    return new Commands() {
      @Override
      public void send(Request request) {
        link.send("", request);
      }

      @Override
      public void sendLast(Request request, Handler<AsyncResult<Response>> answered) {
        link.send("", request).onComplete(answered);
      }
    };
  }

  private static Commands over(RedisConnection connection) {
    return new Commands() {
      @Override
      public void send(Request request) {
        connection.send(request);
      }

      @Override
      public void sendLast(Request request, Handler<AsyncResult<Response>> answered) {
        connection.send(request).onComplete(answered);
      }
    };
  }

  private void answer(Commands commands, HttpServerRequest request) {
    String tag = '{' + request.uri().substring(PATH.length(), PATH.length() + ACI_CHARS) + "}:";
    commands.send(Request.cmd(Command.LPOP).arg(tag + "pool:aci:ec:1"));
    commands.send(Request.cmd(Command.LPOP).arg(tag + "pool:aci:kem:1"));
    Request keys = Request.cmd(Command.HMGET).arg(tag + "keys:aci:1");
    keys.arg("epoch").arg("identity").arg("reg").arg("signed").arg("last").arg("ec-last");
    keys.arg("signed-at").arg("reserve");
    commands.sendLast(
        keys,
        read -> {
          // In order: the pops have been answered before it.
          if (read.failed()) {
            request.response().setStatusCode(503);
          }
          request.response().putHeader(HttpHeaders.CONTENT_TYPE, "application/json").end(body);
        });
  }
}
