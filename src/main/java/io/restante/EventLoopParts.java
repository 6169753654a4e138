package io.restante;

import io.restante.account.Linking;
import io.restante.account.Provisioning;
import io.restante.account.RedisAccountStore;
import io.restante.account.RedisCredentials;
import io.restante.account.RedisDirectory;
import io.restante.account.RedisProfileStore;
import io.restante.account.Registrar;
import io.restante.account.SenderCertificates;
import io.restante.account.Verification;
import io.restante.delivery.Courier;
import io.restante.delivery.Departures;
import io.restante.delivery.Fanout;
import io.restante.delivery.Window;
import io.restante.edge.AccountRoutes;
import io.restante.edge.AdminRoutes;
import io.restante.edge.CertificateRoutes;
import io.restante.edge.DeviceRoutes;
import io.restante.edge.Dispatcher;
import io.restante.edge.KeepaliveRoutes;
import io.restante.edge.LinkingRoutes;
import io.restante.edge.MessageRoutes;
import io.restante.edge.MultiRecipientRoutes;
import io.restante.edge.PoolRoutes;
import io.restante.edge.PrekeyRoutes;
import io.restante.edge.ProfileRoutes;
import io.restante.edge.PublicHandler;
import io.restante.edge.RegistrationRoutes;
import io.restante.edge.RequestMeter;
import io.restante.edge.RequestTunnel;
import io.restante.edge.Route;
import io.restante.edge.RouteTable;
import io.restante.edge.SocketUpgrade;
import io.restante.edge.UnreadAnswers;
import io.restante.edge.WebPushRoutes;
import io.restante.limit.BudgetedRegistrations;
import io.restante.limit.BudgetedSends;
import io.restante.limit.RegistrationLimits;
import io.restante.limit.SendLimits;
import io.restante.mailbox.AckListener;
import io.restante.mailbox.Doorbell;
import io.restante.mailbox.MailboxConfig;
import io.restante.mailbox.MailboxStore;
import io.restante.mailbox.RedisDoorbell;
import io.restante.mailbox.RedisMailboxStore;
import io.restante.prekey.BatchClaims;
import io.restante.prekey.ClaimLimits;
import io.restante.prekey.NamedPoolStore;
import io.restante.prekey.PrekeyClaims;
import io.restante.prekey.PrekeyConfig;
import io.restante.prekey.PrekeyStore;
import io.restante.prekey.PrekeyUploads;
import io.restante.prekey.UploadLimits;
import io.restante.push.Pushes;
import io.restante.push.QueuedPushes;
import io.restante.redis.HeldLink;
import io.restante.redis.RedisConfig;
import io.restante.redis.RedisLink;
import io.restante.session.SessionAcceptor;
import io.restante.session.SessionMeters;
import io.restante.telemetry.EventLoopLag;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Builds what one event loop serves with: its own link to Redis and all that stands on it. */
final class EventLoopParts {
  private EventLoopParts() {}

  /** Builds it all on the current event loop. */
  static Future<PublicHandler> open(GatewayParts parts) {
    Vertx vertx = parts.vertx();
    EventLoopLag.start(vertx, parts.registry());
    return openLink(parts).map(link -> handler(parts, link));
  }

  /** Builds the admin routes on the current event loop; none without a token. */
  static Future<Optional<AdminRoutes>> openAdmin(GatewayParts parts) {
    String token = parts.config().management().token();
    return token == null
        ? Future.succeededFuture(Optional.empty())
        : openLink(parts)
            .map(link -> Optional.of(new AdminRoutes(token, verification(parts, link))));
  }

  /** The link of the current event loop. */
  static Future<HeldLink> openLink(GatewayParts parts) {
    return HeldLink.open(parts.vertx(), parts.redis(), parts.redisMetrics(), parts.lossGuard())
        .onSuccess(link -> parts.links().add(Vertx.currentContext(), link));
  }

  private static Verification verification(GatewayParts parts, RedisLink link) {
    GatewayConfig config = parts.config();
    return new Verification(
        link, config.registration(), config.limits().enabled(), parts.codeSender());
  }

  /** Where limits are off, sessions may displace each other as often as they like. */
  private static MailboxConfig doorbells(GatewayConfig config) {
    return config.limits().enabled()
        ? config.mailbox()
        : config.mailbox().withDisplacementsUnlimited();
  }

  private static PublicHandler handler(GatewayParts parts, RedisLink link) {
    GatewayConfig config = parts.config();
    RedisDirectory directory = new RedisDirectory(link, parts.caches());
    RedisCredentials credentials = new RedisCredentials(link, parts.caches(), directory);
    Optional<QueuedPushes> queued = parts.push().map(push -> push.pushes(link));
    Pushes pushes = queued.<Pushes>map(each -> each).orElse(Pushes.NONE);
    MailboxStore mailboxes =
        new RedisMailboxStore(
            link,
            config.mailbox(),
            config.prekey().idempotencyWindowMs(),
            parts.registry(),
            queued.<AckListener>map(each -> each::acked).orElse(AckListener.NONE));
    Doorbell doorbell = new RedisDoorbell(link, parts.subscriptions(), doorbells(config));
    PrekeyParts prekeys = PrekeyParts.of(parts, link, doorbell, pushes);
    Provisioning provisioning = new Provisioning(link, parts.subscriptions());
    RouteTable routes =
        new RouteTable(
            Stream.of(
                    accountRoutes(parts, link, directory),
                    linkingRoutes(parts, link, directory, provisioning),
                    prekeyRoutes(parts, link, directory, prekeys),
                    messageRoutes(parts, link, mailboxes, directory, pushes),
                    certificateRoutes(parts, link),
                    KeepaliveRoutes.routes())
                .flatMap(List::stream)
                .toList());
    Dispatcher dispatcher =
        new Dispatcher(
            routes, credentials, new RequestMeter(parts.registry(), parts.requestsInFlight()));
    SessionAcceptor sockets =
        new SessionAcceptor(
            parts.vertx(),
            config.session(),
            new RequestTunnel(dispatcher, parts.bodies()),
            parts.sessions(),
            parts.unfinishedMessages(),
            credentials,
            mailboxes,
            doorbell,
            PrekeyParts.stock(link, config.lowStock()),
            new Departures(pushes),
            new SessionMeters(parts.registry()),
            provisioning,
            config.linking().waitMs());
    SocketUpgrade upgrade = new SocketUpgrade(dispatcher, sockets);
    return new PublicHandler(
        parts.vertx(),
        config.http(),
        dispatcher,
        upgrade,
        parts.server(),
        parts.bodies(),
        new UnreadAnswers(parts.unreadAnswers(), parts.registry()));
  }

  private static List<Route> accountRoutes(
      GatewayParts parts, RedisLink link, RedisDirectory directory) {
    GatewayConfig config = parts.config();
    RedisAccountStore accounts = new RedisAccountStore(link, parts.caches());
    Registrar registrar = new Registrar(parts.vertx(), link, parts.revocations());
    return Stream.of(
            new RegistrationRoutes(
                    verification(parts, link), registrar, registrationLimits(parts, link))
                .routes(),
            new AccountRoutes(accounts).routes(),
            webPushRoutes(parts, accounts),
            new DeviceRoutes(accounts).routes(),
            new ProfileRoutes(new RedisProfileStore(link, config.account()), directory).routes())
        .flatMap(List::stream)
        .toList();
  }

  private static RegistrationLimits registrationLimits(GatewayParts parts, RedisLink link) {
    return parts
        .registrationBudgets()
        .<RegistrationLimits>map(shared -> new BudgetedRegistrations(shared, parts.debts(link)))
        .orElse(RegistrationLimits.NONE);
  }

  /** None where Web Push is not configured, which makes the paths ones that do not exist. */
  private static List<Route> webPushRoutes(GatewayParts parts, RedisAccountStore accounts) {
    return parts
        .webPush()
        .map(webPush -> new WebPushRoutes(accounts, webPush).routes())
        .orElse(List.of());
  }

  private static List<Route> linkingRoutes(
      GatewayParts parts, RedisLink link, RedisDirectory directory, Provisioning provisioning) {
    GatewayConfig config = parts.config();
    Linking linking =
        new Linking(
            parts.vertx(), link, directory, parts.caches(), config.account(), config.linking());
    return new LinkingRoutes(linking, provisioning, config.linking().messageBytesMax()).routes();
  }

  private static List<Route> prekeyRoutes(
      GatewayParts parts, RedisLink link, RedisDirectory directory, PrekeyParts stores) {
    PrekeyConfig config = parts.config().prekey();
    PrekeyStore store = stores.prekeys();
    NamedPoolStore pools = stores.pools();
    ClaimLimits limits = PrekeyParts.limits(parts, link);
    UploadLimits uploads = PrekeyParts.uploadLimits(parts, link);
    PrekeyRoutes prekeys =
        new PrekeyRoutes(
            new PrekeyUploads(store, parts.uploadCheck(), uploads),
            new PrekeyClaims(directory, store, limits, parts.prekeyMeters()),
            config.keysMax());
    PoolRoutes named =
        new PoolRoutes(
            pools,
            new BatchClaims(directory, store, pools, limits, parts.prekeyMeters()),
            uploads,
            parts.config().pools(),
            config.batchMax());
    return Stream.concat(prekeys.routes().stream(), named.routes().stream()).toList();
  }

  private static List<Route> messageRoutes(
      GatewayParts parts,
      RedisLink link,
      MailboxStore mailboxes,
      RedisDirectory directory,
      Pushes pushes) {
    Courier courier = new Courier(mailboxes, directory, pushes, parts.registry());
    SendLimits limits = sendLimits(parts, link);
    MailboxConfig config = parts.config().mailbox();
    RedisConfig redis = parts.redis();
    Window window = Window.ofLink(redis.inFlightMax(), redis.inFlightBytesMax());
    Fanout fanout = new Fanout(mailboxes, courier, window);
    return Stream.of(
            new MessageRoutes(courier, mailboxes, directory, limits, config.messageBytesMax())
                .routes(),
            new MultiRecipientRoutes(window, fanout, directory, limits, config).routes())
        .flatMap(List::stream)
        .toList();
  }

  private static SendLimits sendLimits(GatewayParts parts, RedisLink link) {
    return parts
        .sendBudgets()
        .<SendLimits>map(shared -> new BudgetedSends(shared, parts.debts(link)))
        .orElse(SendLimits.NONE);
  }

  /** None without a key for them, which makes the path one that does not exist. */
  private static List<Route> certificateRoutes(GatewayParts parts, RedisLink link) {
    return parts
        .sealedSenderKey()
        .map(key -> new CertificateRoutes(new SenderCertificates(link, key)).routes())
        .orElse(List.of());
  }
}
