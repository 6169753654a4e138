package io.restante;

import io.restante.account.AccountConfig;
import io.restante.account.LinkingConfig;
import io.restante.account.RegistrationConfig;
import io.restante.edge.HttpConfig;
import io.restante.edge.ManagementConfig;
import io.restante.limit.LimitsConfig;
import io.restante.limit.Rate;
import io.restante.mailbox.MailboxConfig;
import io.restante.prekey.LowStockConfig;
import io.restante.prekey.NamedPoolsConfig;
import io.restante.prekey.PrekeyConfig;
import io.restante.prekey.ReserveConfig;
import io.restante.push.PushConfig;
import io.restante.push.apns.ApnsConfig;
import io.restante.push.fcm.FcmConfig;
import io.restante.push.webhook.WebhookConfig;
import io.restante.push.webpush.WebPushConfig;
import io.restante.redis.RedisConfig;
import io.restante.redis.RedisUrl;
import io.restante.redis.ReplicationConfig;
import io.restante.redis.SentinelConfig;
import io.restante.session.SessionConfig;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Makes the records of the features from settings that passed every check. */
final class ConfigRecords {
  private final Settings settings;

  private ConfigRecords(Settings settings) {
    this.settings = settings;
  }

  /** All of them. */
  static GatewayConfig of(Settings settings) {
    ConfigRecords records = new ConfigRecords(settings);
    return new GatewayConfig(
        records.http(),
        records.management(),
        records.redis(),
        records.registration(),
        records.account(),
        records.linking(),
        records.prekey(),
        records.lowStock(),
        records.pools(),
        records.mailbox(),
        records.session(),
        records.limits(),
        records.push(),
        records.apns(),
        records.fcm(),
        records.pushWebhook(),
        records.webPush(),
        new LogConfig(
            settings.as(LogConfig.Format.class, Setting.LOG_FORMAT),
            settings.as(LogConfig.Level.class, Setting.LOG_LEVEL)));
  }

  private HttpConfig http() {
    return new HttpConfig(
        settings.text(Setting.HTTP_HOST),
        settings.number(Setting.HTTP_PORT),
        settings.textOrNull(Setting.HTTP_TLS_CERT),
        settings.textOrNull(Setting.HTTP_TLS_KEY),
        settings.number(Setting.HTTP_VERTICLES),
        settings.number(Setting.HTTP_BODY_BYTES_MAX),
        settings.number(Setting.HTTP_BODIES_BYTES_MAX),
        settings.number(Setting.HTTP_ANSWERS_BYTES_MAX),
        settings.number(Setting.HTTP_BODY_TIMEOUT_MS),
        settings.number(Setting.HTTP_DISCARD_MS),
        settings.number(Setting.HTTP_IDLE_TIMEOUT_MS),
        settings.number(Setting.HTTP_CONNECTIONS_MAX),
        settings.number(Setting.HTTP_DRAIN_MS),
        items(String.class, Setting.HTTP_TRUSTED_PROXIES));
  }

  private ManagementConfig management() {
    return new ManagementConfig(
        settings.text(Setting.MANAGEMENT_HOST),
        settings.number(Setting.MANAGEMENT_PORT),
        settings.textOrNull(Setting.MANAGEMENT_TOKEN));
  }

  private RedisConfig redis() {
    String ca = settings.textOrNull(Setting.REDIS_TLS_CA);
    return new RedisConfig(
        settings.as(RedisConfig.Mode.class, Setting.REDIS_MODE),
        items(RedisUrl.class, Setting.REDIS_URLS),
        ca == null ? null : Path.of(ca),
        Path.of(settings.text(Setting.REDIS_DATA_DIR)),
        CrossCheck.durability(settings),
        settings.number(Setting.REDIS_TIMEOUT_MS),
        settings.number(Setting.REDIS_IN_FLIGHT_MAX),
        settings.largeNumber(Setting.REDIS_IN_FLIGHT_BYTES_MAX),
        settings.number(Setting.REDIS_RECONNECT_MIN_MS),
        settings.number(Setting.REDIS_RECONNECT_MAX_MS),
        settings.number(Setting.REDIS_START_TIMEOUT_MS),
        new ReplicationConfig(
            settings.number(Setting.REDIS_REPLICAS),
            settings.number(Setting.REDIS_REPLICAS_TIMEOUT_MS),
            settings.number(Setting.REDIS_LOSS_SKIP)),
        new SentinelConfig(
            settings.text(Setting.REDIS_SENTINEL_MASTER),
            settings.textOrNull(Setting.REDIS_SENTINEL_PASSWORD)),
        settings.number(Setting.REDIS_PRIMARIES_MAX));
  }

  private RegistrationConfig registration() {
    return new RegistrationConfig(
        settings.isSet(Setting.REGISTRATION_MODE)
            ? settings.as(RegistrationConfig.Mode.class, Setting.REGISTRATION_MODE)
            : RegistrationConfig.Mode.OPEN,
        settings.number(Setting.REGISTRATION_SESSION_TTL_S),
        settings.number(Setting.REGISTRATION_CODE_TTL_S),
        settings.number(Setting.REGISTRATION_ATTEMPTS_MAX),
        settings.textOrNull(Setting.REGISTRATION_WEBHOOK_URL),
        settings.textOrNull(Setting.REGISTRATION_WEBHOOK_SECRET));
  }

  private AccountConfig account() {
    return new AccountConfig(
        settings.number(Setting.ACCOUNT_CREDENTIAL_CACHE_MS),
        settings.number(Setting.ACCOUNT_DEVICES_MAX),
        settings.number(Setting.ACCOUNT_PROFILE_VERSIONS_MAX),
        settings.textOrNull(Setting.SEALED_SENDER_KEY));
  }

  private LinkingConfig linking() {
    return new LinkingConfig(
        settings.number(Setting.LINKING_CODE_TTL_MS),
        settings.number(Setting.LINKING_WAIT_MS),
        settings.number(Setting.LINKING_MESSAGE_BYTES_MAX),
        items(String.class, Setting.LINKING_CAPABILITIES_KEPT));
  }

  private PrekeyConfig prekey() {
    return new PrekeyConfig(
        settings.number(Setting.PREKEY_KEYS_MAX),
        settings.number(Setting.PREKEY_LEDGER_MAX),
        settings.number(Setting.PREKEY_VERIFY_WAITING_MAX),
        settings.largeNumber(Setting.IDEMPOTENCY_WINDOW_MS),
        settings.number(Setting.PREKEY_BATCH_MAX),
        new ReserveConfig(
            settings.flag(Setting.LIMITS_ENABLED) ? settings.number(Setting.PREKEY_RESERVE) : 0,
            settings.number(Setting.PREKEY_RESERVE_TAKERS_MAX),
            settings.number(Setting.PREKEY_RESERVE_TAKERS_TTL_S)));
  }

  private NamedPoolsConfig pools() {
    return new NamedPoolsConfig(
        settings.number(Setting.POOLS_NAMES_MAX),
        settings.number(Setting.POOLS_NAMES_EVER_MAX),
        settings.number(Setting.POOLS_ENTRIES_MAX),
        settings.number(Setting.POOLS_ENTRY_BYTES_MAX),
        settings.number(Setting.POOLS_BYTES_MAX),
        settings.number(Setting.POOLS_TTL_MIN_S),
        settings.number(Setting.POOLS_TTL_MAX_S));
  }

  private LowStockConfig lowStock() {
    return new LowStockConfig(
        settings.number(Setting.PREKEY_LOW_STOCK),
        settings.number(Setting.PREKEY_LOW_STOCK_INTERVAL_MS));
  }

  private LimitsConfig limits() {
    return new LimitsConfig(
        settings.flag(Setting.LIMITS_ENABLED),
        rate(Setting.LIMITS_CALLER_BURST, Setting.LIMITS_CALLER_PER_HOUR),
        rate(Setting.LIMITS_DEVICE_BURST, Setting.LIMITS_DEVICE_PER_HOUR),
        rate(Setting.LIMITS_ADDRESS_BURST, Setting.LIMITS_ADDRESS_PER_HOUR),
        rate(Setting.LIMITS_SENDER_BURST, Setting.LIMITS_SENDER_PER_HOUR),
        rate(Setting.LIMITS_UPLOADER_BURST, Setting.LIMITS_UPLOADER_PER_HOUR),
        rate(Setting.LIMITS_REGISTRATION_BURST, Setting.LIMITS_REGISTRATION_PER_HOUR),
        rate(Setting.LIMITS_CODE_BURST, Setting.LIMITS_CODE_PER_HOUR),
        TimeUnit.SECONDS.toMillis(settings.largeNumber(Setting.LIMITS_RESERVE_ACCOUNT_AGE_S)));
  }

  private Rate rate(Setting burst, Setting perHour) {
    return Rate.perHour(settings.number(burst), settings.number(perHour));
  }

  private Optional<FcmConfig> fcm() {
    return Optional.ofNullable(settings.textOrNull(Setting.PUSH_FCM_CREDENTIALS))
        .map(
            file ->
                new FcmConfig(
                    Path.of(file),
                    settings.isSet(Setting.PUSH_FCM_SERVER)
                        ? settings.text(Setting.PUSH_FCM_SERVER)
                        : FcmConfig.SERVER,
                    settings.number(Setting.PUSH_FCM_TIMEOUT_MS),
                    settings.number(Setting.PUSH_FCM_CONNECTIONS_MAX)));
  }

  private Optional<WebhookConfig> pushWebhook() {
    return Optional.ofNullable(settings.textOrNull(Setting.PUSH_WEBHOOK_URL))
        .map(
            url ->
                new WebhookConfig(
                    url,
                    settings.text(Setting.PUSH_WEBHOOK_SECRET),
                    settings.number(Setting.PUSH_WEBHOOK_TIMEOUT_MS),
                    settings.number(Setting.PUSH_WEBHOOK_CONNECTIONS_MAX),
                    settings.number(Setting.PUSH_WEBHOOK_ENVELOPE_BYTES_MAX)));
  }

  private MailboxConfig mailbox() {
    return new MailboxConfig(
        settings.number(Setting.MAILBOX_ENVELOPES_MAX),
        settings.largeNumber(Setting.MAILBOX_BYTES_MAX),
        settings.largeNumber(Setting.MAILBOX_TTL_MS),
        settings.number(Setting.MAILBOX_MESSAGE_BYTES_MAX),
        settings.number(Setting.MAILBOX_RECIPIENTS_MAX),
        settings.largeNumber(Setting.MAILBOX_RECIPIENTS_BYTES_MAX),
        settings.number(Setting.MAILBOX_FAILED_SESSIONS_MAX),
        settings.number(Setting.MAILBOX_DISPLACEMENTS_MAX),
        settings.number(Setting.MAILBOX_DISPLACEMENTS_WINDOW_MS),
        settings.number(Setting.MAILBOX_POLLS_MAX));
  }

  private PushConfig push() {
    return new PushConfig(
        settings.as(PushConfig.Inline.class, Setting.PUSH_INLINE),
        settings.number(Setting.PUSH_ACK_GRACE_MS),
        settings.number(Setting.PUSH_LEAVE_DELAY_MS),
        settings.number(Setting.PUSH_QUIET_INTERVAL_MS),
        rate(Setting.PUSH_BURST, Setting.PUSH_PER_HOUR),
        settings.number(Setting.PUSH_IN_FLIGHT_MAX),
        settings.number(Setting.PUSH_LEASE_MS));
  }

  private Optional<ApnsConfig> apns() {
    String topic = settings.textOrNull(Setting.PUSH_APNS_TOPIC);
    if (topic == null) {
      return Optional.empty();
    }
    String ca = settings.textOrNull(Setting.PUSH_APNS_CA);
    return Optional.of(
        new ApnsConfig(
            topic,
            URI.create(settings.text(Setting.PUSH_APNS_SERVER)),
            ca == null ? null : Path.of(ca),
            settings.isSet(Setting.PUSH_APNS_CERT)
                ? new ApnsConfig.Certificate(
                    Path.of(settings.text(Setting.PUSH_APNS_CERT)),
                    Path.of(settings.text(Setting.PUSH_APNS_CERT_KEY)))
                : new ApnsConfig.Token(
                    Path.of(settings.text(Setting.PUSH_APNS_KEY)),
                    settings.text(Setting.PUSH_APNS_KEY_ID),
                    settings.text(Setting.PUSH_APNS_TEAM_ID)),
            settings.number(Setting.PUSH_APNS_TIMEOUT_MS),
            settings.number(Setting.PUSH_APNS_CONNECTIONS_MAX)));
  }

  private SessionConfig session() {
    return new SessionConfig(
        settings.number(Setting.SESSION_WINDOW_ENVELOPES),
        settings.number(Setting.SESSION_WINDOW_BYTES),
        settings.number(Setting.SESSION_ACK_DEADLINE_MS),
        settings.number(Setting.SESSION_SWEEP_MS),
        settings.number(Setting.SESSION_RECHECK_MS),
        settings.number(Setting.SESSION_FRAME_BYTES_MAX),
        settings.number(Setting.SESSION_UNFINISHED_BYTES_MAX),
        settings.number(Setting.HTTP_BODY_TIMEOUT_MS),
        settings.number(Setting.SESSION_REQUESTS_IN_FLIGHT_MAX),
        settings.number(Setting.SESSION_ANSWER_BYTES_MAX),
        settings.number(Setting.SESSION_SOCKETS_MAX));
  }

  /** None without a key: then there is no Web Push. */
  private Optional<WebPushConfig> webPush() {
    String key = settings.textOrNull(Setting.PUSH_WEBPUSH_KEY);
    String ca = settings.textOrNull(Setting.PUSH_WEBPUSH_CA);
    return key == null
        ? Optional.empty()
        : Optional.of(
            new WebPushConfig(
                Path.of(key),
                settings.text(Setting.PUSH_WEBPUSH_SUBJECT),
                Set.copyOf(items(Integer.class, Setting.PUSH_WEBPUSH_PORTS)),
                items(String.class, Setting.PUSH_WEBPUSH_ALLOW),
                ca == null ? null : Path.of(ca),
                settings.number(Setting.PUSH_WEBPUSH_ENDPOINT_CHARS_MAX),
                settings.number(Setting.PUSH_WEBPUSH_TIMEOUT_MS),
                settings.number(Setting.PUSH_WEBPUSH_RESPONSE_BYTES_MAX),
                settings.number(Setting.PUSH_WEBPUSH_IN_FLIGHT_MAX),
                settings.number(Setting.PUSH_WEBPUSH_HOST_IN_FLIGHT_MAX),
                settings.number(Setting.PUSH_WEBPUSH_HOST_WAITING_MAX)));
  }

  private <T> List<T> items(Class<T> type, Setting setting) {
    return settings.list(setting).stream().map(type::cast).toList();
  }
}
