package io.restante;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.restante.edge.EdgeVerticle;
import io.restante.edge.HttpConfig;
import io.restante.edge.ManagementVerticle;
import io.restante.redis.EmbeddedRedis;
import io.restante.redis.HeldSubscriptions;
import io.restante.redis.MeteredRedis;
import io.restante.redis.RedisConfig;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.dns.AddressResolverOptions;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A gateway that serves: puts the parts together, starts them, and ends them in reverse. */
public final class Gateway implements Serving {
  private static final int DRAIN_POLL_MS = 20;

  /** Strangers name hosts (Web Push), and how long what they answer is kept: no longer than so. */
  private static final int DNS_CACHE_SECONDS_MAX = 300;

  private final GatewayConfig config;
  private final Vertx vertx;
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final AtomicInteger managementPort = new AtomicInteger();
  private volatile @Nullable EmbeddedRedis embedded;
  private @Nullable HeldSubscriptions subscriptions;
  private @Nullable GatewayParts parts;
  private volatile boolean stopping;

  private Gateway(GatewayConfig config) {
    this.config = config;
    VertxOptions options =
        new VertxOptions()
            .setPreferNativeTransport(true)
            .setAddressResolverOptions(
                new AddressResolverOptions().setCacheMaxTimeToLive(DNS_CACHE_SECONDS_MAX));
    this.vertx = Vertx.builder().with(options).build();
  }

  /**
   * Starts all parts. Fails, with a message of one line for the operator, where one cannot start;
   * what had started by then is stopped.
   */
  public static Future<Serving> start(GatewayConfig config) {
    Gateway gateway = new Gateway(config);
    // A promise of no event loop: those have ended by the time a failed start is told.
    Promise<Serving> started = Promise.promise();
    gateway
        .redis()
        .compose(gateway::openParts)
        .compose(gateway::serve)
        .onSuccess(served -> started.complete(gateway))
        .onFailure(failure -> gateway.close().onComplete(closed -> started.fail(failure)));
    return started.future();
  }

  /** Where Redis is: as configured, or where the embedded one was started. */
  private Future<RedisConfig> redis() {
    if (config.redis().mode() != RedisConfig.Mode.EMBEDDED) {
      return Future.succeededFuture(config.redis());
    }
    return vertx.executeBlocking(
        () -> {
          EmbeddedRedis started = EmbeddedRedis.start(config.redis().dataDir());
          embedded = started;
          return config.redis().at(started.url());
        });
  }

  private Future<GatewayParts> openParts(RedisConfig redis) {
    MeteredRedis metered = new MeteredRedis(registry);
    return HeldSubscriptions.open(vertx, redis, metered)
        .map(
            opened -> {
              subscriptions = opened;
              GatewayParts made = GatewayParts.of(vertx, config, redis, registry, metered, opened);
              parts = made;
              return made;
            });
  }

  private Future<?> serve(GatewayParts made) {
    HttpConfig http = config.http();
    int verticles =
        http.verticles() > 0 ? http.verticles() : Runtime.getRuntime().availableProcessors();
    Map<String, Supplier<Future<Boolean>>> readiness =
        Map.of(
            "serving", () -> Future.succeededFuture(!stopping),
            "redis", () -> made.links().allUsable(),
            "subscriptions", () -> Future.succeededFuture(made.subscriptions().isAlive()));
    return vertx
        .deployVerticle(new UpkeepVerticle(made))
        .compose(begun -> serve(made, http, verticles))
        .compose(
            deployed ->
                vertx.deployVerticle(
                    new ManagementVerticle(
                        config.management(),
                        readiness,
                        registry,
                        () -> EventLoopParts.openAdmin(made),
                        managementPort::set)));
  }

  private Future<?> serve(GatewayParts made, HttpConfig http, int verticles) {
    return vertx.deployVerticle(
        () ->
            new EdgeVerticle(
                http, config.session().frameBytesMax(), () -> EventLoopParts.open(made)),
        new DeploymentOptions().setInstances(verticles));
  }

  @Override
  public String publicUrl() {
    String scheme = config.http().tlsCertPath() == null ? "http" : "https";
    int port = parts == null ? config.http().port() : parts.server().port();
    return url(scheme, config.http().host(), port);
  }

  @Override
  public String managementUrl() {
    return url("http", config.management().host(), managementPort.get());
  }

  private static String url(String scheme, String host, int port) {
    return scheme + "://" + (host.indexOf(':') < 0 ? host : '[' + host + ']') + ':' + port;
  }

  @Override
  public Future<Void> stop() {
    GatewayParts made = parts;
    stopping = true;
    if (made == null) {
      return close();
    }
    long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(config.http().drainMs());
    made.server().drain();
    return made.sessions()
        .drain(vertx)
        .compose(told -> drained(made, deadlineNanos))
        .compose(done -> made.push().map(PushParts::drain).orElse(Future.succeededFuture()))
        .compose(done -> close());
  }

  /** Waits until what was begun is answered and the sockets are gone, or the time is up. */
  private Future<Void> drained(GatewayParts made, long deadlineNanos) {
    boolean idle = made.requestsInFlight().get() == 0 && made.sessions().isEmpty();
    if (idle || System.nanoTime() - deadlineNanos >= 0) {
      return Future.succeededFuture();
    }
    Promise<Void> later = Promise.promise();
    vertx.setTimer(DRAIN_POLL_MS, id -> later.complete());
    return later.future().compose(polled -> drained(made, deadlineNanos));
  }

  /** Ends whatever has begun, in reverse. */
  private Future<Void> close() {
    GatewayParts made = parts;
    HeldSubscriptions open = subscriptions;
    Promise<Void> ended = Promise.promise();
    (made == null ? Future.<Void>succeededFuture() : made.links().close())
        .transform(closed -> open == null ? Future.succeededFuture() : open.close())
        .transform(closed -> closeEmbedded())
        .onComplete(closed -> vertx.close().onComplete(ended));
    return ended.future();
  }

  private Future<Void> closeEmbedded() {
    EmbeddedRedis running = embedded;
    if (running == null) {
      return Future.succeededFuture();
    }
    return vertx.executeBlocking(
        () -> {
          running.close();
          return null;
        });
  }
}
