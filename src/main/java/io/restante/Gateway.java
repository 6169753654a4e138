package io.restante;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.restante.edge.EdgeVerticle;
import io.restante.edge.HttpConfig;
import io.restante.edge.ManagementVerticle;
import io.restante.redis.EmbeddedRedis;
import io.restante.redis.HeldSubscriptions;
import io.restante.redis.MeteredRedis;
import io.restante.redis.RedisConfig;
import io.restante.redis.RedisUrl;
import io.restante.telemetry.ProcessMeters;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.dns.AddressResolverOptions;
import io.vertx.core.internal.VertxInternal;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A gateway that serves: puts the parts together, starts them, and ends them in reverse. */
public final class Gateway implements Serving {
  private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);
  private static final int DRAIN_POLL_MS = 20;

  /**
   * From the signal until requests and pushes are given up; what is left until {@link
   * Main#STOP_SECONDS_MAX} is for the connections and the embedded Redis.
   */
  private static final int DRAINS_MS_MAX = 8_200;

  /** How long a gateway that ends waits for providers of pushes, where there is time. */
  private static final int PUSHES_MS_MAX = 2_000;

  /** How long it waits for them however long requests took. */
  private static final int PUSHES_MS_MIN = 200;

  /** How long connections that end are awaited. */
  private static final int CLOSE_MS_MAX = 400;

  /** Strangers name hosts (Web Push), and how long what they answer is kept: no longer than so. */
  private static final int DNS_CACHE_SECONDS_MAX = 300;

  private final GatewayConfig config;
  private final StartClock clock;
  private final int drainsMsMax;
  private final int pushesMsMax;
  private final Vertx vertx;
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final MeteredRedis metered = new MeteredRedis(registry);
  private final ProcessMeters process = ProcessMeters.of(registry, ProgramVersion.text());
  private final AtomicInteger managementPort = new AtomicInteger();
  private volatile @Nullable EmbeddedRedis embedded;
  private @Nullable HeldSubscriptions subscriptions;
  private @Nullable GatewayParts parts;
  private volatile boolean stopping;

  private Gateway(GatewayConfig config, StartClock clock, int drainsMsMax, int pushesMsMax) {
    this.config = config;
    this.clock = clock;
    this.drainsMsMax = drainsMsMax;
    this.pushesMsMax = pushesMsMax;
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
   *
   * @param clock told what is waited for, and whether Redis loads its data
   */
  public static Future<Serving> start(GatewayConfig config, StartClock clock) {
    return start(config, clock, DRAINS_MS_MAX, PUSHES_MS_MAX);
  }

  /** The same with other times for all that is finished before it ends, and for pushes of it. */
  static Future<Serving> start(
      GatewayConfig config, StartClock clock, int drainsMsMax, int pushesMsMax) {
    Gateway gateway = new Gateway(config, clock, drainsMsMax, pushesMsMax);
    gateway.tellOfStart();
    // A promise of no event loop: those have ended by the time a failed start is told.
    Promise<Serving> started = Promise.promise();
    gateway
        .redis()
        .compose(gateway::openParts)
        .compose(gateway::serve)
        .onSuccess(
            served -> {
              LOG.info("serving: {} {}", gateway.publicUrl(), gateway.managementUrl());
              started.complete(gateway);
            })
        .onFailure(failure -> gateway.close().onComplete(closed -> started.fail(failure)));
    return started.future();
  }

  /** What an operator asks first, and nothing secret. */
  private void tellOfStart() {
    HttpConfig http = config.http();
    LOG.info(
        "restante {} starts: redis={} at={} durability={} registration={} http={} management={}",
        ProgramVersion.text(),
        name(config.redis().mode()),
        redisAddresses(),
        config.redis().durability().stream().map(Gateway::name).sorted().toList(),
        name(config.registration().mode()),
        url(http.tlsCertPath() == null ? "http" : "https", http.host(), http.port()),
        url("http", config.management().host(), config.management().port()));
  }

  private static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private String redisAddresses() {
    return config.redis().mode() == RedisConfig.Mode.EMBEDDED
        ? config.redis().dataDir().toString()
        : config.redis().urls().stream().map(RedisUrl::address).collect(Collectors.joining(","));
  }

  /** Where Redis is: as configured, or where the embedded one was started. */
  private Future<RedisConfig> redis() {
    clock.standsWhile(metered::isLoading);
    clock.waitsFor("redis at " + redisAddresses());
    if (config.redis().mode() != RedisConfig.Mode.EMBEDDED) {
      return Future.succeededFuture(config.redis());
    }
    return vertx.executeBlocking(
        () -> {
          EmbeddedRedis started = EmbeddedRedis.start(config.redis().dataDir(), metered);
          embedded = started;
          return config.redis().at(started.url());
        });
  }

  private Future<GatewayParts> openParts(RedisConfig redis) {
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
    return resolvable("http.host", http.host())
        .compose(found -> resolvable("management.host", config.management().host()))
        .compose(
            found -> {
              clock.waitsFor("each event loop's connection to redis, and its server");
              return vertx.deployVerticle(new UpkeepVerticle(made));
            })
        .compose(begun -> serve(made, http, verticles))
        .compose(
            deployed ->
                vertx.deployVerticle(
                    new ManagementVerticle(
                        config.management(),
                        readiness,
                        registry,
                        () -> EventLoopParts.openAdmin(made),
                        managementPort::set,
                        // Vert.x would end the connections of a verticle whose start has failed.
                        () -> made.links().close())));
  }

  /** Fails, or is waited for, under the name of the setting. */
  private Future<?> resolvable(String setting, String host) {
    clock.waitsFor("the address of " + host + " (" + setting + ")");
    return ((VertxInternal) vertx)
        .nameResolver()
        .resolve(host)
        .recover(
            failure ->
                Future.failedFuture(
                    setting + ": " + host + " has no address: " + failure.getMessage()));
  }

  private Future<?> serve(GatewayParts made, HttpConfig http, int verticles) {
    return vertx.deployVerticle(
        () ->
            new EdgeVerticle(
                http,
                config.session().frameBytesMax(),
                () -> EventLoopParts.open(made),
                () -> made.links().close()),
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
    long begunNanos = System.nanoTime();
    int requestsMs = Math.min(config.http().drainMs(), drainsMsMax);
    LOG.info(
        "told to stop: requests={} sockets={}", made.requestsInFlight(), made.sessions().devices());
    made.server().drain();
    Future<Void> requests =
        made.sessions()
            .drain(vertx)
            .compose(told -> drained(made, begunNanos + MILLISECONDS.toNanos(requestsMs)));
    return within(requestsMs + DRAIN_POLL_MS, requests)
        .compose(done -> finishPushes(made, begunNanos))
        .compose(done -> end(made.requestsInFlight().get(), begunNanos));
  }

  private Future<Void> end(int cutOff, long begunNanos) {
    return close()
        .onComplete(
            done ->
                LOG.info(
                    "stopped after {} ms: requests cut off={}",
                    NANOSECONDS.toMillis(System.nanoTime() - begunNanos),
                    cutOff));
  }

  private Future<Void> finishPushes(GatewayParts made, long begunNanos) {
    long goneMs = NANOSECONDS.toMillis(System.nanoTime() - begunNanos);
    int leftMs = (int) Math.max(PUSHES_MS_MIN, Math.min(pushesMsMax, drainsMsMax - goneMs));
    return made.push()
        .map(push -> within(leftMs, push.drain(leftMs)))
        .orElseGet(Future::succeededFuture);
  }

  /** Completes with the step, however that ends, or when this time is up. */
  private Future<Void> within(int ms, Future<?> step) {
    Promise<Void> over = Promise.promise();
    long timer = vertx.setTimer(Math.max(1, ms), id -> over.tryComplete());
    step.onComplete(
        done -> {
          vertx.cancelTimer(timer);
          over.tryComplete();
        });
    return over.future();
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
    within(CLOSE_MS_MAX, made == null ? Future.succeededFuture() : made.links().close())
        .compose(
            closed -> within(CLOSE_MS_MAX, open == null ? Future.succeededFuture() : open.close()))
        .compose(closed -> closeEmbedded())
        .onComplete(closed -> process.close())
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
