package io.restante.bench.mail;

import io.restante.bench.Side;
import io.restante.redis.HeldRedisLink;
import io.restante.redis.HeldSubscriptions;
import io.restante.redis.RedisConfig;
import io.restante.redis.RedisConfig.Durability;
import io.restante.redis.RedisMetrics;
import io.restante.redis.RedisUrl;
import io.restante.redis.Subscriptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Redis behind a floor, for one event loop: commands on one connection, channels on another. */
interface FloorStore {
  /** Over what the commands go. */
  enum Client {
    /** The gateway's own link and subscriptions. */
    HELD,
    /** The Redis client of Vert.x. */
    STOCK
  }

  /** Sends a command whose answer nobody waits for. */
  void send(Request request);

  /** Sends a command; its answer is told, its failure is not. */
  void send(Request request, Consumer<Response> answered);

  /** Hears a sharded channel, from the completion on. */
  Future<?> hear(String channel, Runnable ring);

  /** Ends the connections. */
  Future<?> close();

  /** Connects. */
  static Future<FloorStore> open(Vertx vertx, String redisUrl, Client client) {
    return client == Client.HELD ? Held.open(vertx, redisUrl) : Stock.open(vertx, redisUrl);
  }

  /** On the gateway's parts. */
  record Held(HeldRedisLink link, HeldSubscriptions subscriptions) implements FloorStore {
    static Future<FloorStore> open(Vertx vertx, String redisUrl) {
      RedisConfig config =
          RedisConfig.standalone(RedisUrl.parse(redisUrl), Set.<Durability>of())
              .withLimits(Side.REDIS_TIMEOUT_MS, RedisConfig.IN_FLIGHT_MAX);
      return HeldRedisLink.open(vertx, config, RedisMetrics.none())
          .compose(
              link ->
                  HeldSubscriptions.open(vertx, config, RedisMetrics.none())
                      .map(subscriptions -> new Held(link, subscriptions)));
    }

    @Override
    public void send(Request request) {
      link.send("", request);
    }

    @Override
    public void send(Request request, Consumer<Response> answered) {
      link.send("", request).onSuccess(answered::accept);
    }

    @Override
    public Future<?> hear(String channel, Runnable ring) {
      return subscriptions.subscribe(
          channel,
          new Subscriptions.Listener() {
            @Override
            public void onMessage(Buffer message) {
              ring.run();
            }

            @Override
            public void onReconnect() {
              ring.run();
            }
          });
    }

    @Override
    public Future<?> close() {
      return Future.all(link.close(), subscriptions.close());
    }
  }

  /** On the stock client. */
  record Stock(RedisConnection commands, RedisConnection channels, Map<String, Runnable> rings)
      implements FloorStore {
    static Future<FloorStore> open(Vertx vertx, String redisUrl) {
      Future<RedisConnection> commands = Redis.createClient(vertx, redisUrl).connect();
      Future<RedisConnection> channels = Redis.createClient(vertx, redisUrl).connect();
      return Future.all(commands, channels)
          .map(
              connected -> {
                Map<String, Runnable> rings = new HashMap<>();
                channels
                    .result()
                    .handler(
                        message -> {
                          Runnable ring = rings.get(message.get(1).toString());
                          if (ring != null && message.get(0).toString().equals("smessage")) {
                            ring.run();
                          }
                        });
                return new Stock(commands.result(), channels.result(), rings);
              });
    }

    @Override
    public void send(Request request) {
      commands.send(request);
    }

    @Override
    public void send(Request request, Consumer<Response> answered) {
      commands.send(request).onSuccess(answered::accept);
    }

    @Override
    public Future<?> hear(String channel, Runnable ring) {
      rings.put(channel, ring);
      return channels.send(Request.cmd(Command.SSUBSCRIBE).arg(channel));
    }

    @Override
    public Future<?> close() {
      return Future.all(commands.close(), channels.close());
    }
  }
}
