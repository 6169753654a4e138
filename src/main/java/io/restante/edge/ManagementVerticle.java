package io.restante.edge;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.healthchecks.HealthChecks;
import io.vertx.ext.healthchecks.Status;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.healthchecks.HealthCheckHandler;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Health, metrics and admin routes, on a port of their own that is never public. */
public final class ManagementVerticle extends VerticleBase {
  private static final String METRICS_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  /** How long a condition may take to answer; after that it does not hold. */
  private static final int CONDITION_MS = 1_000;

  /** More: this one answers 500, and whatever comes after it is thrown. */
  private static final int CHECK_MS = 2 * CONDITION_MS;

  private final ManagementConfig config;
  private final Map<String, Supplier<Future<Boolean>>> readiness;
  private final PrometheusMeterRegistry registry;
  private final Supplier<Future<Optional<AdminRoutes>>> admin;
  private final IntConsumer onPort;
  private final Supplier<Future<Void>> giveUp;
  private @Nullable HttpServer server;

  /**
   * Makes one.
   *
   * @param readiness named conditions that must all hold for this gateway to be sent traffic
   * @param admin makes the admin routes, called on the verticle's event loop; empty for none
   * @param onPort told the port that is bound
   * @param giveUp ends what the gateway has opened, before a start that failed is told
   */
  public ManagementVerticle(
      ManagementConfig config,
      Map<String, Supplier<Future<Boolean>>> readiness,
      PrometheusMeterRegistry registry,
      Supplier<Future<Optional<AdminRoutes>>> admin,
      IntConsumer onPort,
      Supplier<Future<Void>> giveUp) {
    this.config = config;
    this.readiness = readiness;
    this.registry = registry;
    this.admin = admin;
    this.onPort = onPort;
    this.giveUp = giveUp;
  }

  @Override
  public Future<?> start() {
    return admin.get().compose(this::listen);
  }

  private Future<HttpServer> listen(Optional<AdminRoutes> adminRoutes) {
    HealthChecks ready = HealthChecks.create(vertx);
    readiness.forEach(
        (name, holds) ->
            ready.register(
                name,
                CHECK_MS,
                promise ->
                    holds
                        .get()
                        .timeout(CONDITION_MS, TimeUnit.MILLISECONDS)
                        .map(held -> held ? Status.OK() : Status.KO())
                        .otherwise(Status.KO())
                        .onComplete(promise)));
    Router router = Router.router(vertx);
    router.get("/health/live").handler(call -> call.json(Map.of("status", "UP")));
    router.get("/health/ready").handler(HealthCheckHandler.createWithHealthChecks(ready));
    router
        .get("/metrics")
        .handler(
            call ->
                call.response()
                    .putHeader("Content-Type", METRICS_CONTENT_TYPE)
                    .end(registry.scrape()));
    adminRoutes.ifPresent(routes -> routes.addTo(router));
    router.errorHandler(
        400,
        call -> refuse(call, ErrorCode.MALFORMED_ID, "the path (expected: percent-encoded UTF-8)"));
    router.errorHandler(
        404, call -> refuse(call, ErrorCode.NO_SUCH_ROUTE, "no route has this path"));
    router.errorHandler(
        405, call -> refuse(call, GatewayException.methodNotAllowed(AdminRoutes.methodsOf(call))));
    HttpServer listening = vertx.createHttpServer().requestHandler(router);
    server = listening;
    return listening
        .listen(config.port(), config.host())
        .onSuccess(bound -> onPort.accept(bound.actualPort()))
        .recover(
            e ->
                giveUp
                    .get()
                    .transform(
                        done -> ListenFailure.of("management", config.host(), config.port(), e)));
  }

  /** As on the public port, and not as a page. */
  private static void refuse(RoutingContext call, ErrorCode code, String detail) {
    refuse(call, new GatewayException(code, detail));
  }

  private static void refuse(RoutingContext call, GatewayException refusal) {
    AdminRoutes.respond(call, Problems.reply(refusal));
  }

  @Override
  public Future<?> stop() {
    HttpServer listening = server;
    return listening == null ? Future.succeededFuture() : listening.close();
  }
}
