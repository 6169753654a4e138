package io.restante;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.restante.account.AccountCaches;
import io.restante.account.CodeSender;
import io.restante.account.RegistrationConfig;
import io.restante.account.Revocations;
import io.restante.account.SealedSenderKey;
import io.restante.account.WebhookCodeSender;
import io.restante.edge.PublicServerState;
import io.restante.limit.BudgetedRegistrations;
import io.restante.limit.BudgetedSends;
import io.restante.limit.ByteBudget;
import io.restante.limit.LimitMeters;
import io.restante.limit.SharedDebts;
import io.restante.prekey.ClaimBudgets;
import io.restante.prekey.PrekeyMeters;
import io.restante.prekey.StockWatch;
import io.restante.prekey.UploadCheck;
import io.restante.push.PushMeters;
import io.restante.push.webpush.WebPush;
import io.restante.redis.LossGuard;
import io.restante.redis.RedisConfig;
import io.restante.redis.RedisLink;
import io.restante.redis.RedisMetrics;
import io.restante.redis.Subscriptions;
import io.restante.session.SessionRegistry;
import io.restante.telemetry.Meters;
import io.restante.telemetry.Metric;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What all event loops of a gateway share. Everything in it can be used from any thread.
 *
 * @param redis where Redis is by now, also an embedded one
 */
record GatewayParts(
    Vertx vertx,
    GatewayConfig config,
    RedisConfig redis,
    PrometheusMeterRegistry registry,
    RedisMetrics redisMetrics,
    LossGuard lossGuard,
    Subscriptions subscriptions,
    Revocations revocations,
    AccountCaches caches,
    CodeSender codeSender,
    Optional<SealedSenderKey> sealedSenderKey,
    Optional<WebPush> webPush,
    UploadCheck uploadCheck,
    PrekeyMeters prekeyMeters,
    LimitMeters limitMeters,
    Optional<ClaimBudgets> claimBudgets,
    Optional<BudgetedSends.Shared> sendBudgets,
    Optional<BudgetedRegistrations.Shared> registrationBudgets,
    StockWatch.Shared stock,
    SessionRegistry sessions,
    PublicServerState server,
    ByteBudget bodies,
    ByteBudget unreadAnswers,
    ByteBudget unfinishedMessages,
    LinkHealth links,
    Optional<PushParts> push,
    AtomicInteger requestsInFlight) {
  static GatewayParts of(
      Vertx vertx,
      GatewayConfig config,
      RedisConfig redis,
      PrometheusMeterRegistry registry,
      RedisMetrics redisMetrics,
      Subscriptions subscriptions) {
    Revocations revocations = new Revocations();
    PrekeyMeters prekeyMeters = new PrekeyMeters(registry);
    LimitMeters limitMeters = new LimitMeters(registry);
    GatewayParts parts =
        new GatewayParts(
            vertx,
            config,
            redis,
            registry,
            redisMetrics,
            new LossGuard(redis, redisMetrics),
            subscriptions,
            revocations,
            new AccountCaches(config.account(), revocations),
            codeSender(vertx, config.registration()),
            Optional.ofNullable(config.account().sealedSenderKeyPath())
                .map(path -> SealedSenderKey.read(Path.of(path))),
            config.webPush().map(web -> WebPush.open(web, registry, InstantSource.system())),
            uploadCheck(vertx, config, prekeyMeters),
            prekeyMeters,
            limitMeters,
            claimBudgets(config, limitMeters),
            sendBudgets(config, limitMeters),
            registrationBudgets(config, limitMeters),
            StockWatch.Shared.of(config.lowStock(), System::nanoTime),
            new SessionRegistry(config.session().socketsMax()),
            new PublicServerState(),
            new ByteBudget(config.http().bodiesBytesMax()),
            new ByteBudget(config.http().answersBytesMax()),
            new ByteBudget(config.session().unfinishedBytesMax()),
            new LinkHealth(),
            push(config, registry),
            new AtomicInteger());
    parts.connect();
    return parts;
  }

  /** Where limits are off, one account may take all places. */
  private static UploadCheck uploadCheck(Vertx vertx, GatewayConfig config, PrekeyMeters meters) {
    int waitingMax = config.prekey().verifyWaitingMax();
    return new UploadCheck(
        vertx,
        Runtime.getRuntime().availableProcessors(),
        waitingMax,
        config.limits().enabled() ? UploadCheck.shareOf(waitingMax) : waitingMax,
        meters);
  }

  /** None where limits are off. */
  private static Optional<ClaimBudgets> claimBudgets(GatewayConfig config, LimitMeters meters) {
    return config.limits().enabled()
        ? Optional.of(
            ClaimBudgets.of(config.limits(), meters, System::nanoTime, InstantSource.system()))
        : Optional.empty();
  }

  /** None where nobody can be woken. */
  private static Optional<PushParts> push(GatewayConfig config, PrometheusMeterRegistry registry) {
    return PushSenders.areConfigured(config)
        ? Optional.of(new PushParts(config.push(), new PushMeters(registry)))
        : Optional.empty();
  }

  /** None where limits are off. */
  private static Optional<BudgetedSends.Shared> sendBudgets(
      GatewayConfig config, LimitMeters meters) {
    return config.limits().enabled()
        ? Optional.of(BudgetedSends.Shared.of(config.limits().sender(), meters, System::nanoTime))
        : Optional.empty();
  }

  /** None where limits are off. */
  private static Optional<BudgetedRegistrations.Shared> registrationBudgets(
      GatewayConfig config, LimitMeters meters) {
    boolean codesAreSent = config.registration().mode() == RegistrationConfig.Mode.CODE;
    return config.limits().enabled()
        ? Optional.of(
            BudgetedRegistrations.Shared.of(
                config.limits(), codesAreSent, meters, System::nanoTime))
        : Optional.empty();
  }

  /** Tells other gateways of tokens that are taken on the event loop of this link. */
  SharedDebts debts(RedisLink link) {
    return new SharedDebts(vertx, link, limitMeters, System::nanoTime);
  }

  private static CodeSender codeSender(Vertx vertx, RegistrationConfig config) {
    String url = config.webhookUrl();
    return url == null
        ? CodeSender.NONE
        : new WebhookCodeSender(vertx, url, config.webhookSecret());
  }

  /** Ties what announces to what listens. */
  private void connect() {
    revocations.hear(subscriptions);
    revocations.listen(
        new Revocations.Listener() {
          @Override
          public void onRevoked(UUID aci) {
            sessions.onRevoked(aci);
          }

          @Override
          public void onMissed() {
            sessions.onRevocationsMissed();
          }
        });
    Meters.gauge(registry, Metric.REQUESTS_IN_FLIGHT, requestsInFlight::get);
    Meters.gauge(registry, Metric.SOCKETS_OPEN, sessions::devices, "device");
    Meters.gauge(registry, Metric.SOCKETS_OPEN, sessions::anonymous, "anonymous");
    Meters.gauge(registry, Metric.CONNECTIONS_OPEN, server::connections);
    Meters.gauge(registry, Metric.BODIES_HELD, bodies::held);
    Meters.gauge(registry, Metric.ANSWERS_UNREAD, unreadAnswers::held);
    Meters.gauge(registry, Metric.MESSAGES_HELD, unfinishedMessages::held);
  }
}
