package io.restante;

import io.restante.account.RegistrationConfig;
import io.restante.push.apns.ApnsConfig;
import io.restante.redis.RedisConfig;
import io.restante.redis.RedisConfig.Durability;
import io.restante.redis.RedisConfig.Mode;
import io.restante.redis.RedisUrl;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A condition between settings.
 *
 * @param subject the setting that the error names
 * @param expected what would be right
 * @param holds the condition
 * @param others the further settings that it asks
 */
record CrossCheck(Setting subject, String expected, Predicate<Settings> holds, Setting... others) {
  /** All of them. */
  static final List<CrossCheck> ALL =
      List.of(
          new CrossCheck(
              Setting.HTTP_TLS_KEY,
              "both or neither of http.tls.cert and http.tls.key",
              s -> s.isSet(Setting.HTTP_TLS_KEY) == s.isSet(Setting.HTTP_TLS_CERT),
              Setting.HTTP_TLS_CERT),
          new CrossCheck(
              Setting.HTTP_BODIES_BYTES_MAX,
              "at least twice http.body-max-bytes, as half of it is all that strangers have",
              s ->
                  s.number(Setting.HTTP_BODIES_BYTES_MAX) / 2
                      >= s.number(Setting.HTTP_BODY_BYTES_MAX),
              Setting.HTTP_BODY_BYTES_MAX),
          new CrossCheck(
              Setting.SESSION_UNFINISHED_BYTES_MAX,
              "at least four times session.frame-max-bytes, as strangers have half of it, and a"
                  + " message can take twice its bytes while it comes",
              s ->
                  s.number(Setting.SESSION_UNFINISHED_BYTES_MAX) / 4
                      >= s.number(Setting.SESSION_FRAME_BYTES_MAX),
              Setting.SESSION_FRAME_BYTES_MAX),
          new CrossCheck(
              Setting.MANAGEMENT_PORT,
              "another port than http.port",
              CrossCheck::portsDiffer,
              Setting.HTTP_PORT),
          new CrossCheck(
              Setting.REDIS_URLS,
              "none with redis.mode=embedded, one URL with standalone, one or more with the others",
              CrossCheck::urlsFit,
              Setting.REDIS_MODE),
          new CrossCheck(
              Setting.REDIS_URLS,
              "one scheme, login and database in all",
              s -> urls(s).map(url -> url.at("any", 1)).distinct().count() <= 1),
          new CrossCheck(
              Setting.REDIS_URLS,
              "database 0: a cluster has no other",
              s ->
                  s.value(Setting.REDIS_MODE) != Mode.CLUSTER
                      || urls(s).allMatch(url -> url.database() == 0),
              Setting.REDIS_MODE),
          new CrossCheck(
              Setting.REDIS_DURABILITY,
              "none, or fsync, replicas or both: it must be named where redis.mode is not embedded",
              s -> isEmbedded(s) || s.isSet(Setting.REDIS_DURABILITY),
              Setting.REDIS_MODE),
          new CrossCheck(
              Setting.REDIS_DURABILITY,
              "none or fsync: the embedded Redis has no replicas",
              s -> !isEmbedded(s) || !durability(s).contains(Durability.REPLICAS),
              Setting.REDIS_MODE),
          new CrossCheck(
              Setting.REDIS_RECONNECT_MAX_MS,
              "redis.reconnect-min-ms or more",
              s -> ordered(s, Setting.REDIS_RECONNECT_MIN_MS, Setting.REDIS_RECONNECT_MAX_MS),
              Setting.REDIS_RECONNECT_MIN_MS),
          new CrossCheck(
              Setting.REGISTRATION_MODE,
              "open, code or closed: it must be named where redis.mode is not embedded",
              s -> isEmbedded(s) || s.isSet(Setting.REGISTRATION_MODE),
              Setting.REDIS_MODE),
          new CrossCheck(
              Setting.REGISTRATION_WEBHOOK_URL,
              "an address, or management.token to mint codes: registration.mode=code needs one",
              s ->
                  s.value(Setting.REGISTRATION_MODE) != RegistrationConfig.Mode.CODE
                      || s.isSet(Setting.REGISTRATION_WEBHOOK_URL)
                      || s.isSet(Setting.MANAGEMENT_TOKEN),
              Setting.REGISTRATION_MODE),
          new CrossCheck(
              Setting.REGISTRATION_WEBHOOK_SECRET,
              "nothing where registration.webhook-url is not set",
              s ->
                  !s.isSet(Setting.REGISTRATION_WEBHOOK_SECRET)
                      || s.isSet(Setting.REGISTRATION_WEBHOOK_URL),
              Setting.REGISTRATION_WEBHOOK_URL),
          new CrossCheck(
              Setting.PUSH_WEBHOOK_SECRET,
              "both or neither of push.webhook.url and push.webhook.secret",
              s -> s.isSet(Setting.PUSH_WEBHOOK_SECRET) == s.isSet(Setting.PUSH_WEBHOOK_URL),
              Setting.PUSH_WEBHOOK_URL),
          new CrossCheck(
              Setting.PREKEY_LEDGER_MAX,
              "pools.entries-max or more",
              s -> ordered(s, Setting.POOLS_ENTRIES_MAX, Setting.PREKEY_LEDGER_MAX),
              Setting.POOLS_ENTRIES_MAX),
          new CrossCheck(
              Setting.POOLS_NAMES_EVER_MAX,
              "pools.names-max or more",
              s -> ordered(s, Setting.POOLS_NAMES_MAX, Setting.POOLS_NAMES_EVER_MAX),
              Setting.POOLS_NAMES_MAX),
          new CrossCheck(
              Setting.POOLS_BYTES_MAX,
              "pools.entry-max-bytes or more",
              s -> ordered(s, Setting.POOLS_ENTRY_BYTES_MAX, Setting.POOLS_BYTES_MAX),
              Setting.POOLS_ENTRY_BYTES_MAX),
          new CrossCheck(
              Setting.POOLS_TTL_MAX_S,
              "pools.ttl-min-s or more",
              s -> ordered(s, Setting.POOLS_TTL_MIN_S, Setting.POOLS_TTL_MAX_S),
              Setting.POOLS_TTL_MIN_S),
          new CrossCheck(
              Setting.PREKEY_LEDGER_MAX,
              "prekey.keys-max or more",
              s -> ordered(s, Setting.PREKEY_KEYS_MAX, Setting.PREKEY_LEDGER_MAX),
              Setting.PREKEY_KEYS_MAX),
          new CrossCheck(
              Setting.MAILBOX_BYTES_MAX,
              "mailbox.message-max-bytes or more",
              s -> ordered(s, Setting.MAILBOX_MESSAGE_BYTES_MAX, Setting.MAILBOX_BYTES_MAX),
              Setting.MAILBOX_MESSAGE_BYTES_MAX),
          new CrossCheck(
              Setting.MAILBOX_RECIPIENTS_BYTES_MAX,
              "mailbox.message-max-bytes or more",
              s ->
                  ordered(
                      s, Setting.MAILBOX_MESSAGE_BYTES_MAX, Setting.MAILBOX_RECIPIENTS_BYTES_MAX),
              Setting.MAILBOX_MESSAGE_BYTES_MAX),
          new CrossCheck(
              Setting.PUSH_APNS_KEY,
              "push.apns.key, push.apns.key-id and push.apns.team-id, or none of them",
              s ->
                  s.isSet(Setting.PUSH_APNS_KEY) == s.isSet(Setting.PUSH_APNS_KEY_ID)
                      && s.isSet(Setting.PUSH_APNS_KEY) == s.isSet(Setting.PUSH_APNS_TEAM_ID),
              Setting.PUSH_APNS_KEY_ID,
              Setting.PUSH_APNS_TEAM_ID),
          new CrossCheck(
              Setting.PUSH_APNS_CERT_KEY,
              "both or neither of push.apns.cert and push.apns.cert-key",
              s -> s.isSet(Setting.PUSH_APNS_CERT_KEY) == s.isSet(Setting.PUSH_APNS_CERT),
              Setting.PUSH_APNS_CERT),
          new CrossCheck(
              Setting.PUSH_APNS_CERT,
              "a certificate or push.apns.key, not both",
              s -> !s.isSet(Setting.PUSH_APNS_CERT) || !s.isSet(Setting.PUSH_APNS_KEY),
              Setting.PUSH_APNS_KEY),
          new CrossCheck(
              Setting.PUSH_APNS_TOPIC,
              "the bundle id, with push.apns.key or push.apns.cert, or none of them",
              s ->
                  s.isSet(Setting.PUSH_APNS_TOPIC)
                      == (s.isSet(Setting.PUSH_APNS_KEY) || s.isSet(Setting.PUSH_APNS_CERT)),
              Setting.PUSH_APNS_KEY,
              Setting.PUSH_APNS_CERT),
          new CrossCheck(
              Setting.PUSH_APNS_SERVER,
              "an https URL without a path",
              s -> ApnsConfig.isServer(URI.create(s.text(Setting.PUSH_APNS_SERVER)))),
          new CrossCheck(
              Setting.PUSH_WEBPUSH_SUBJECT,
              "mailto: with an address, or an https URL, where push.webpush.key is set",
              s -> !s.isSet(Setting.PUSH_WEBPUSH_KEY) || s.isSet(Setting.PUSH_WEBPUSH_SUBJECT),
              Setting.PUSH_WEBPUSH_KEY),
          new CrossCheck(
              Setting.PUSH_WEBPUSH_IN_FLIGHT_MAX,
              "push.webpush.host-in-flight-max or more",
              s ->
                  ordered(
                      s,
                      Setting.PUSH_WEBPUSH_HOST_IN_FLIGHT_MAX,
                      Setting.PUSH_WEBPUSH_IN_FLIGHT_MAX),
              Setting.PUSH_WEBPUSH_HOST_IN_FLIGHT_MAX),
          new CrossCheck(
              Setting.PUSH_LEASE_MS,
              "more than the timeout of each provider of pushes that is set up",
              s ->
                  outlasts(s, Setting.PUSH_APNS_TOPIC, Setting.PUSH_APNS_TIMEOUT_MS)
                      && outlasts(s, Setting.PUSH_FCM_CREDENTIALS, Setting.PUSH_FCM_TIMEOUT_MS)
                      && outlasts(s, Setting.PUSH_WEBHOOK_URL, Setting.PUSH_WEBHOOK_TIMEOUT_MS)
                      && outlasts(s, Setting.PUSH_WEBPUSH_KEY, Setting.PUSH_WEBPUSH_TIMEOUT_MS),
              Setting.PUSH_APNS_TIMEOUT_MS,
              Setting.PUSH_FCM_TIMEOUT_MS,
              Setting.PUSH_WEBHOOK_TIMEOUT_MS,
              Setting.PUSH_WEBPUSH_TIMEOUT_MS),
          new CrossCheck(
              Setting.SESSION_WINDOW_BYTES,
              "mailbox.message-max-bytes or more",
              s -> ordered(s, Setting.MAILBOX_MESSAGE_BYTES_MAX, Setting.SESSION_WINDOW_BYTES),
              Setting.MAILBOX_MESSAGE_BYTES_MAX));

  /** Adds an error where the condition does not hold; says nothing where a value is unknown. */
  void check(Settings settings, List<ConfigError> errors) {
    boolean sound =
        settings.isSound(subject) && List.of(others).stream().allMatch(settings::isSound);
    if (sound && !holds.test(settings)) {
      errors.add(ConfigError.unexpected(subject, settings.given(subject), expected));
    }
  }

  /** The durability that is meant, also where none is named. */
  static Set<Durability> durability(Settings settings) {
    if (!settings.isSet(Setting.REDIS_DURABILITY)) {
      return Set.of(Durability.FSYNC);
    }
    return RedisConfig.Durability.parse(settings.given(Setting.REDIS_DURABILITY).text());
  }

  private static boolean urlsFit(Settings settings) {
    int urls = settings.list(Setting.REDIS_URLS).size();
    return switch ((Mode) settings.value(Setting.REDIS_MODE)) {
      case EMBEDDED -> urls == 0;
      case STANDALONE -> urls == 1;
      case SENTINEL, CLUSTER -> urls >= 1;
    };
  }

  private static Stream<RedisUrl> urls(Settings settings) {
    return settings.list(Setting.REDIS_URLS).stream().map(RedisUrl.class::cast);
  }

  private static boolean isEmbedded(Settings settings) {
    return settings.value(Setting.REDIS_MODE) == Mode.EMBEDDED;
  }

  private static boolean ordered(Settings settings, Setting least, Setting most) {
    return settings.largeNumber(least) <= settings.largeNumber(most);
  }

  /** A push that outlasts its lease would be sent a second time meanwhile. */
  private static boolean outlasts(Settings settings, Setting provider, Setting timeout) {
    return !settings.isSet(provider)
        || settings.number(timeout) < settings.number(Setting.PUSH_LEASE_MS);
  }

  private static boolean portsDiffer(Settings settings) {
    int port = settings.number(Setting.MANAGEMENT_PORT);
    return port == 0
        || port != settings.number(Setting.HTTP_PORT)
        || !settings.text(Setting.HTTP_HOST).equals(settings.text(Setting.MANAGEMENT_HOST));
  }
}
