package io.restante;

import io.restante.account.RegistrationConfig;
import io.restante.edge.ManagementConfig;
import io.restante.limit.Rate;
import io.restante.push.PushConfig;
import io.restante.push.apns.ApnsConfig;
import io.restante.push.fcm.FcmConfig;
import io.restante.push.webhook.WebhookConfig;
import io.restante.push.webpush.WebPushConfig;
import io.restante.redis.RedisConfig;
import io.restante.redis.ReplicationConfig;
import io.restante.redis.SentinelConfig;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Every setting of the gateway: key, default, values and one line for the operator. The names in a
 * file, the environment and {@code --set}, the reference file and the checks all come from here.
 */
enum Setting {
  HTTP_HOST("http.host", "127.0.0.1", Kind.text(), "Address that the public server listens on."),
  HTTP_PORT(
      "http.port",
      "8080",
      Kind.number(0, 65_535),
      "Port that the public server listens on; 0 for any free one."),
  HTTP_TLS_CERT(
      "http.tls.cert",
      "",
      Kind.file(),
      "PEM file of the certificate chain; both files or neither."),
  HTTP_TLS_KEY("http.tls.key", "", Kind.file(), "PEM file of the private key."),
  HTTP_TRUSTED_PROXIES(
      "http.trusted-proxies",
      "",
      Kind.addresses(),
      "Whose Forwarded and X-Forwarded-For count: addresses or CIDR blocks."),
  HTTP_VERTICLES(
      "http.verticles",
      "0",
      Kind.number(0, 256),
      "Event loops that serve, each with its own Redis connection; 0 for one per core."),
  HTTP_CONNECTIONS_MAX(
      "http.connections-max", "20000", Kind.number(1, 1_000_000), "Open connections."),
  HTTP_BODY_BYTES_MAX(
      "http.body-max-bytes",
      "2097152",
      Kind.number(512 * 1024, 64 * 1024 * 1024),
      "The largest request body (2 MiB)."),
  HTTP_BODIES_BYTES_MAX(
      "http.bodies-max-bytes",
      "67108864",
      Kind.number(1024 * 1024, Integer.MAX_VALUE),
      "Request bodies held at one time (64 MiB); strangers have half of it, over it 503."),
  HTTP_ANSWERS_BYTES_MAX(
      "http.answers-max-bytes",
      "67108864",
      Kind.number(1024 * 1024, Integer.MAX_VALUE),
      "Answers that clients have not read yet (64 MiB); over it the oldest are hung up on."),
  HTTP_BODY_TIMEOUT_MS(
      "http.body-timeout-ms",
      "20000",
      Kind.number(100, 600_000),
      "How long a client may take to send a body, or a message on a socket."),
  HTTP_DISCARD_MS(
      "http.discard-ms",
      "1000",
      Kind.number(0, 60_000),
      "How long the rest of a refused body is read before the connection is closed."),
  HTTP_IDLE_TIMEOUT_MS(
      "http.idle-timeout-ms",
      "120000",
      Kind.number(1_000, 3_600_000),
      "How long a connection may be silent."),
  HTTP_DRAIN_MS(
      "http.drain-ms",
      "8000",
      Kind.number(0, 8_000),
      "How long requests in flight may take once the gateway is told to stop."),

  MANAGEMENT_HOST(
      "management.host",
      "127.0.0.1",
      Kind.text(),
      "Address of the management server: metrics, health, administration."),
  MANAGEMENT_PORT(
      "management.port", "9090", Kind.number(0, 65_535), "Its port; 0 for any free one."),
  MANAGEMENT_TOKEN(
      "management.token",
      "",
      Kind.secret(ManagementConfig.TOKEN_CHARS_MIN),
      "Bearer token of the admin routes; without one they are off. Secret.",
      true),

  REDIS_MODE(
      "redis.mode",
      "embedded",
      Kind.oneOf(RedisConfig.Mode.class),
      "embedded: one of its own; standalone, sentinel, cluster: what redis.urls names."),
  REDIS_URLS(
      "redis.urls",
      "",
      Kind.redisUrls(),
      "redis[s]://[[user]:password@]host[:port][/database], commas between; Sentinels too. Secret.",
      true),
  REDIS_SENTINEL_MASTER(
      "redis.sentinel.master",
      SentinelConfig.MASTER,
      Kind.text(),
      "The name by which the Sentinels know the primary."),
  REDIS_SENTINEL_PASSWORD(
      "redis.sentinel.password",
      "",
      Kind.secret(1),
      "Password of the Sentinels themselves, where they have one. Secret.",
      true),
  REDIS_PRIMARIES_MAX(
      "redis.primaries-max",
      String.valueOf(RedisConfig.PRIMARIES_MAX),
      Kind.number(1, 1_000),
      "Nodes of a cluster to which each event loop holds a connection."),
  REDIS_DURABILITY(
      "redis.durability",
      "",
      Kind.durability(),
      "What an answered write has: none, or fsync, replicas or both. Not set: fsync, if embedded."),
  REDIS_REPLICAS(
      "redis.replicas",
      "0",
      Kind.number(0, 16),
      "Replicas that must have a write, with durability replicas; 0: all that the primary has."),
  REDIS_REPLICAS_TIMEOUT_MS(
      "redis.replicas-timeout-ms",
      String.valueOf(ReplicationConfig.TIMEOUT_MS),
      Kind.number(10, 60_000),
      "How long they may take before the answer is 503."),
  REDIS_LOSS_SKIP(
      "redis.loss-skip",
      String.valueOf(ReplicationConfig.LOSS_SKIP),
      Kind.number(0, 10_000),
      "Keys that a pool skips where a new primary may not know which were handed out."),
  REDIS_DATA_DIR(
      "redis.data-dir", "./data", Kind.text(), "Where the embedded Redis keeps its data."),
  REDIS_TLS_CA(
      "redis.tls.ca",
      "",
      Kind.file(),
      "PEM file of the authorities to trust for rediss; not set: the JDK's."),
  REDIS_TIMEOUT_MS(
      "redis.timeout-ms",
      String.valueOf(RedisConfig.TIMEOUT_MS),
      Kind.number(50, 60_000),
      "After so long without a reply a command has failed."),
  REDIS_IN_FLIGHT_MAX(
      "redis.in-flight-max",
      String.valueOf(RedisConfig.IN_FLIGHT_MAX),
      Kind.number(1, 1_000_000),
      "Commands of one connection that may wait for their reply."),
  REDIS_IN_FLIGHT_BYTES_MAX(
      "redis.in-flight-bytes-max",
      String.valueOf(RedisConfig.IN_FLIGHT_BYTES_MAX),
      Kind.number(1024 * 1024, 1L << 40),
      "Their bytes (64 MiB)."),
  REDIS_RECONNECT_MIN_MS(
      "redis.reconnect-min-ms",
      String.valueOf(RedisConfig.RECONNECT_MIN_MS),
      Kind.number(1, 60_000),
      "The first pause before a new attempt to connect; it doubles, with jitter."),
  REDIS_RECONNECT_MAX_MS(
      "redis.reconnect-max-ms",
      String.valueOf(RedisConfig.RECONNECT_MAX_MS),
      Kind.number(1, 60_000),
      "The longest such pause."),
  REDIS_START_TIMEOUT_MS(
      "redis.start-timeout-ms",
      String.valueOf(RedisConfig.START_TIMEOUT_MS),
      Kind.number(100, 9_000),
      "A Redis that cannot be used for so long fails the start."),

  REGISTRATION_MODE(
      "registration.mode",
      "",
      Kind.optionalOneOf(RegistrationConfig.Mode.class),
      "open (any code is right), code or closed. Not set: open with redis.mode=embedded."),
  REGISTRATION_SESSION_TTL_S(
      "registration.session-ttl-s",
      "600",
      Kind.number(1, 86_400),
      "How long a registration session lives."),
  REGISTRATION_CODE_TTL_S(
      "registration.code-ttl-s", "600", Kind.number(1, 86_400), "How long a code can be used."),
  REGISTRATION_ATTEMPTS_MAX(
      "registration.attempts-max",
      "5",
      Kind.number(1, 100),
      "Wrong codes of whoever asked for one."),
  REGISTRATION_WEBHOOK_URL(
      "registration.webhook-url", "", Kind.webUrl(), "Where codes are posted for delivery."),
  REGISTRATION_WEBHOOK_SECRET(
      "registration.webhook-secret",
      "",
      Kind.secret(16),
      "Signs what is posted there; not set: it goes unsigned. Secret.",
      true),

  ACCOUNT_CREDENTIAL_CACHE_MS(
      "account.credential-cache-ms",
      "50000",
      Kind.number(0, 50_000),
      "How long checked credentials hold without asking Redis."),
  ACCOUNT_DEVICES_MAX("account.devices-max", "6", Kind.number(1, 127), "Devices of an account."),
  ACCOUNT_PROFILE_VERSIONS_MAX(
      "account.profile-versions-max",
      "10",
      Kind.number(1, 1_000),
      "Versions of a profile that are kept."),
  LINKING_CODE_TTL_MS(
      "linking.code-ttl-ms",
      "600000",
      Kind.number(1_000, 86_400_000),
      "How long a code links a device."),
  LINKING_WAIT_MS(
      "linking.wait-ms",
      "600000",
      Kind.number(1_000, 86_400_000),
      "How long a new device may wait on its socket to be linked."),
  LINKING_MESSAGE_BYTES_MAX(
      "linking.message-max-bytes",
      "16384",
      Kind.number(256, 1024 * 1024),
      "The largest message to a device that waits to be linked (16 KiB)."),
  LINKING_CAPABILITIES_KEPT(
      "linking.capabilities-kept",
      "deleteSync, versionedExpirationTimer, ssre2, spqr",
      Kind.words(),
      "Where all devices of an account have one of these, no device without it is linked."),
  SEALED_SENDER_KEY(
      "sealed-sender.key",
      "",
      Kind.file(),
      "File of the key that signs sender certificates; without one there are none."),

  PREKEY_KEYS_MAX("prekey.keys-max", "100", Kind.number(1, 100), "Keys of one uploaded list."),
  PREKEY_LEDGER_MAX(
      "prekey.ledger-max",
      "4096",
      Kind.number(1, 65_536),
      "Uploaded keys remembered per pool, so that a repeated upload hands none out twice."),
  PREKEY_VERIFY_WAITING_MAX(
      "prekey.verify-waiting-max",
      "256",
      Kind.number(16, 65_536),
      "Uploads whose signatures are verified or wait for it."),
  PREKEY_LOW_STOCK(
      "prekey.low-stock",
      "20",
      Kind.number(0, 100),
      "A pool with fewer keys is low: its owner is told. 0 tells nobody."),
  PREKEY_LOW_STOCK_INTERVAL_MS(
      "prekey.low-stock-interval-ms",
      "600000",
      Kind.number(100, 86_400_000),
      "Between two times that an owner's socket is told so (10 minutes)."),
  PREKEY_BATCH_MAX("prekey.batch-max", "500", Kind.number(1, 500), "Devices of one batch claim."),
  PREKEY_RESERVE(
      "prekey.reserve",
      "10",
      Kind.number(0, 100),
      "Keys of an upload set aside for old accounts: its last tenth, and no more than this."),
  PREKEY_RESERVE_TAKERS_MAX(
      "prekey.reserve-takers-max",
      "256",
      Kind.number(1, 4_096),
      "Accounts remembered to have taken from a device's reserve, as each may once."),
  PREKEY_RESERVE_TAKERS_TTL_S(
      "prekey.reserve-takers-ttl-s",
      "2592000",
      Kind.number(1, 31_536_000),
      "How long they are remembered after the last of them (30 days)."),
  POOLS_NAMES_MAX("pools.names-max", "8", Kind.number(1, 64), "Named pools of a device."),
  POOLS_NAMES_EVER_MAX(
      "pools.names-ever-max",
      "64",
      Kind.number(1, 4_096),
      "Names that its ledger remembers, of deleted pools too: up to 32 KiB of Redis each."),
  POOLS_ENTRIES_MAX(
      "pools.entries-max", "100", Kind.number(1, 1_000), "Entries of one upload to a named pool."),
  POOLS_ENTRY_BYTES_MAX(
      "pools.entry-max-bytes", "16384", Kind.number(1, 16_384), "The largest entry (16 KiB)."),
  POOLS_BYTES_MAX(
      "pools.bytes-max",
      "1048576",
      Kind.number(1, 16 * 1024 * 1024),
      "The bytes of all entries of a named pool (1 MiB)."),
  POOLS_TTL_MIN_S(
      "pools.ttl-min-s",
      "60",
      Kind.number(1, 31_536_000),
      "The shortest time after which an owner may have entries expire."),
  POOLS_TTL_MAX_S(
      "pools.ttl-max-s", "7776000", Kind.number(1, 31_536_000), "The longest (90 days)."),
  IDEMPOTENCY_WINDOW_MS(
      "idempotency.window-ms",
      "600000",
      Kind.number(1_000, 86_400_000),
      "How long the answer to an Idempotency-Key is repeated."),

  MAILBOX_ENVELOPES_MAX(
      "mailbox.envelopes-max",
      "10000",
      Kind.number(1, 1_000_000),
      "Envelopes that wait for a device."),
  MAILBOX_BYTES_MAX(
      "mailbox.bytes-max", "67108864", Kind.number(1, 1L << 32), "Their bytes (64 MiB)."),
  MAILBOX_TTL_MS(
      "mailbox.ttl-ms",
      "2592000000",
      Kind.number(1_000, 31_536_000_000L),
      "How long an envelope waits (30 days)."),
  MAILBOX_RECIPIENTS_MAX(
      "mailbox.recipients-max",
      "1024",
      Kind.number(1, 100_000),
      "Accounts of one message to many."),
  MAILBOX_RECIPIENTS_BYTES_MAX(
      "mailbox.recipients-bytes-max",
      "134217728",
      Kind.number(1_024, 1L << 32),
      "Its bytes, once for each device that gets it (128 MiB): 26 KB for 1,000 accounts of 5."),
  MAILBOX_FAILED_SESSIONS_MAX(
      "mailbox.failed-sessions-max",
      "5",
      Kind.number(1, 1_000),
      "Sessions that an envelope may fail before it is left to polls."),
  MAILBOX_DISPLACEMENTS_MAX(
      "mailbox.displacements-max",
      "3",
      Kind.number(1, 1_000),
      "Sessions of one device that may displace each other; the next one gets 429."),
  MAILBOX_DISPLACEMENTS_WINDOW_MS(
      "mailbox.displacements-window-ms",
      "10000",
      Kind.number(1, 600_000),
      "Within this time from the first of them."),
  MAILBOX_POLLS_MAX(
      "mailbox.polls-max",
      "32",
      Kind.number(1, 1_000),
      "Polls of one device that an event loop takes up, one after the other; the next gets 429."),
  MAILBOX_MESSAGE_BYTES_MAX(
      "mailbox.message-max-bytes",
      "262144",
      Kind.number(1_024, 1024 * 1024),
      "The largest content of a message (256 KiB)."),

  SESSION_WINDOW_ENVELOPES(
      "session.window-envelopes",
      "64",
      Kind.number(1, 10_000),
      "Envelopes sent to a device and not yet acknowledged."),
  SESSION_WINDOW_BYTES(
      "session.window-bytes",
      "1048576",
      Kind.number(1_024, 64 * 1024 * 1024),
      "Their bytes (1 MiB)."),
  SESSION_ACK_DEADLINE_MS(
      "session.ack-deadline-ms",
      "30000",
      Kind.number(100, 3_600_000),
      "How long an envelope may stay unacknowledged before it is sent once more."),
  SESSION_SWEEP_MS(
      "session.sweep-ms",
      "60000",
      Kind.number(100, 3_600_000),
      "Between two reads of a mailbox that no doorbell asked for."),
  SESSION_RECHECK_MS(
      "session.recheck-ms",
      "45000",
      Kind.number(100, 60_000),
      "Between two checks that the credentials of an open socket still hold."),
  SESSION_FRAME_BYTES_MAX(
      "session.frame-max-bytes",
      "1048576",
      Kind.number(512 * 1024, 64 * 1024 * 1024),
      "The largest message of a client (1 MiB)."),
  SESSION_UNFINISHED_BYTES_MAX(
      "session.unfinished-max-bytes",
      "67108864",
      Kind.number(2 * 1024 * 1024, Integer.MAX_VALUE),
      "Messages not whole yet, of all sockets (64 MiB); strangers have half of it, over it 1013."),
  SESSION_REQUESTS_IN_FLIGHT_MAX(
      "session.request-in-flight-max",
      "32",
      Kind.number(1, 10_000),
      "Requests of one socket that are answered at a time."),
  SESSION_ANSWER_BYTES_MAX(
      "session.answer-max-bytes",
      "1048576",
      Kind.number(1_024, 64 * 1024 * 1024),
      "Bytes of answers a client may leave unread before no more requests are read (1 MiB)."),
  SESSION_SOCKETS_MAX("session.sockets-max", "20000", Kind.number(1, 1_000_000), "Open sockets."),

  LIMITS_ENABLED(
      "limits.enabled",
      "true",
      Kind.flag(),
      "false switches rate limits and the pools' reserve off, for tests and benchmarks."),
  LIMITS_CALLER_BURST(
      "limits.caller-burst",
      "10",
      Kind.number(1, Rate.BURST_MAX),
      "Claims at once of one account, or one anonymous address, from one device. More: 429."),
  LIMITS_CALLER_PER_HOUR(
      "limits.caller-per-hour",
      "6",
      Kind.number(1, Rate.PER_HOUR_MAX),
      "So many an hour after that: 90 of 100 keys take one account 13 hours."),
  LIMITS_DEVICE_BURST(
      "limits.device-burst",
      "40",
      Kind.number(1, Rate.BURST_MAX),
      "One-time keys at once of one device, for all callers. More: served without."),
  LIMITS_DEVICE_PER_HOUR(
      "limits.device-per-hour",
      "30",
      Kind.number(1, Rate.PER_HOUR_MAX),
      "So many an hour after that: a device that comes once in two hours finds keys left."),
  LIMITS_ADDRESS_BURST(
      "limits.address-burst",
      "120",
      Kind.number(1, Rate.BURST_MAX),
      "Anonymous claims at once from one address, of IPv6 from one /64. More: 429."),
  LIMITS_ADDRESS_PER_HOUR(
      "limits.address-per-hour",
      "1200",
      Kind.number(1, Rate.PER_HOUR_MAX),
      "So many an hour after that; many people can be behind one address."),
  LIMITS_SENDER_BURST(
      "limits.sender-burst",
      "300",
      Kind.number(1, Rate.BURST_MAX),
      "Messages at once of one account, or anonymous address, to one account. More: 429."),
  LIMITS_SENDER_PER_HOUR(
      "limits.sender-per-hour",
      "3600",
      Kind.number(1, Rate.PER_HOUR_MAX),
      "So many an hour after that; typing and receipts count as well."),
  LIMITS_UPLOADER_BURST(
      "limits.uploader-burst",
      "1000",
      Kind.number(1, Rate.BURST_MAX),
      "Uploads of keys at once of one device, to all its pools. More: 429."),
  LIMITS_UPLOADER_PER_HOUR(
      "limits.uploader-per-hour",
      "1000",
      Kind.number(1, Rate.PER_HOUR_MAX),
      "So many an hour after that; a new device uploads a dozen times, an old one twice a day."),
  LIMITS_REGISTRATION_BURST(
      "limits.registration-burst",
      "5000",
      Kind.number(1, Rate.BURST_MAX),
      "Sessions begun, codes tried and accounts from one address, so many of each. More: 429."),
  LIMITS_REGISTRATION_PER_HOUR(
      "limits.registration-per-hour",
      "5000",
      Kind.number(1, Rate.PER_HOUR_MAX),
      "So many an hour after that; an office or a mobile carrier can be behind one address."),
  LIMITS_CODE_BURST(
      "limits.code-burst",
      "200",
      Kind.number(1, Rate.BURST_MAX),
      "Codes asked for from one address, where they are sent, which may cost money. More: 429."),
  LIMITS_CODE_PER_HOUR(
      "limits.code-per-hour",
      "100",
      Kind.number(1, Rate.PER_HOUR_MAX),
      "So many an hour after that, whatever handles they are for."),
  LIMITS_RESERVE_ACCOUNT_AGE_S(
      "limits.reserve-account-age-s",
      "604800",
      Kind.number(0, 3_153_600_000L),
      "How old an account must be that gets keys of the reserve (7 days)."),

  PUSH_INLINE(
      "push.inline",
      "fits",
      Kind.oneOf(PushConfig.Inline.class),
      "Envelopes that go whole in a push: fits for all that do, never for none."),
  PUSH_ACK_GRACE_MS(
      "push.ack-grace-ms",
      "5000",
      Kind.number(0, 600_000),
      "How long a live session may take to acknowledge before its device is pushed to as well."),
  PUSH_LEAVE_DELAY_MS(
      "push.leave-delay-ms",
      "30000",
      Kind.number(0, 3_600_000),
      "From the end of a session that left mail until its device is woken, if not back."),
  PUSH_QUIET_INTERVAL_MS(
      "push.quiet-interval-ms",
      "1200000",
      Kind.number(1_000, 86_400_000),
      "Between pushes to a device for mail that is not urgent (20 minutes)."),
  PUSH_BURST(
      "push.device-burst",
      "30",
      Kind.number(1, Rate.BURST_MAX),
      "Pushes at once to one device. More: one wake-up for all of them, later."),
  PUSH_PER_HOUR(
      "push.device-per-hour",
      "360",
      Kind.number(1, Rate.PER_HOUR_MAX),
      "So many an hour after that."),
  PUSH_IN_FLIGHT_MAX(
      "push.in-flight-max",
      "256",
      Kind.number(1, 100_000),
      "Pushes of a gateway that wait for one provider's answer."),
  PUSH_LEASE_MS(
      "push.lease-ms",
      "30000",
      Kind.number(1_000, 600_000),
      "After which another gateway takes up a push that one has begun."),
  PUSH_APNS_TOPIC(
      "push.apns.topic",
      "",
      Kind.form("a bundle id", ApnsConfig.TOPIC),
      "The iOS app's bundle id; without one devices of Apple are not woken."),
  PUSH_APNS_KEY(
      "push.apns.key",
      "",
      Kind.file(),
      "The .p8 file of Apple that signs for us. This with its two ids, or a certificate."),
  PUSH_APNS_KEY_ID(
      "push.apns.key-id",
      "",
      Kind.form("10 letters or digits", ApnsConfig.ID),
      "Apple's id of that key."),
  PUSH_APNS_TEAM_ID(
      "push.apns.team-id",
      "",
      Kind.form("10 letters or digits", ApnsConfig.ID),
      "Apple's id of the developer team."),
  PUSH_APNS_CERT(
      "push.apns.cert",
      "",
      Kind.file(),
      "PEM file of a certificate for pushes, instead of a key. All these are reread on changes."),
  PUSH_APNS_CERT_KEY(
      "push.apns.cert-key", "", Kind.file(), "PEM file of the certificate's private key."),
  PUSH_APNS_SERVER(
      "push.apns.server",
      "https://api.push.apple.com",
      Kind.webUrl(),
      "Builds of Xcode need https://api.sandbox.push.apple.com, those of the App Store this."),
  PUSH_APNS_CA(
      "push.apns.ca",
      "",
      Kind.file(),
      "PEM file of the authorities to trust; not set: the JDK's, which Apple's server needs."),
  PUSH_APNS_TIMEOUT_MS(
      "push.apns.timeout-ms",
      "10000",
      Kind.number(100, 60_000),
      "How long one push may go unanswered."),
  PUSH_APNS_CONNECTIONS_MAX(
      "push.apns.connections-max",
      "2",
      Kind.number(1, 64),
      "Connections of each event loop; one carries up to 1,000 pushes at a time."),
  PUSH_FCM_CREDENTIALS(
      "push.fcm.credentials",
      "",
      Kind.file(),
      "JSON key file of a service account of the Firebase project; not set: no push by FCM."),
  PUSH_FCM_SERVER(
      "push.fcm.server",
      FcmConfig.SERVER,
      Kind.webUrl(),
      "Where FCM is, such as a proxy's address; scheme, host and port only."),
  PUSH_FCM_TIMEOUT_MS(
      "push.fcm.timeout-ms",
      String.valueOf(FcmConfig.TIMEOUT_MS),
      Kind.number(100, 60_000),
      "How long one push may take before it counts as unanswered."),
  PUSH_FCM_CONNECTIONS_MAX(
      "push.fcm.connections-max",
      String.valueOf(FcmConfig.CONNECTIONS_MAX),
      Kind.number(1, 1_000),
      "Connections of each event loop; over HTTP/2 one carries many pushes at a time."),
  PUSH_WEBHOOK_URL(
      "push.webhook.url",
      "",
      Kind.webUrl(),
      "Where pushes are posted for devices without a token; not set: nowhere. May be secret."),
  PUSH_WEBHOOK_SECRET(
      "push.webhook.secret",
      "",
      Kind.secret(WebhookConfig.SECRET_CHARS_MIN),
      "Signs what is posted there. Secret.",
      true),
  PUSH_WEBHOOK_TIMEOUT_MS(
      "push.webhook.timeout-ms",
      String.valueOf(WebhookConfig.TIMEOUT_MS),
      Kind.number(100, 60_000),
      "How long one post may take before it counts as unanswered."),
  PUSH_WEBHOOK_CONNECTIONS_MAX(
      "push.webhook.connections-max",
      String.valueOf(WebhookConfig.CONNECTIONS_MAX),
      Kind.number(1, 1_000),
      "Connections of each event loop."),
  PUSH_WEBHOOK_ENVELOPE_BYTES_MAX(
      "push.webhook.envelope-max-bytes",
      String.valueOf(WebhookConfig.ENVELOPE_BYTES_MAX),
      Kind.number(0, 2 * 1024 * 1024),
      "The largest envelope that is posted, larger ones only wake (260 KiB); 0: none is."),
  PUSH_WEBPUSH_KEY(
      "push.webpush.key",
      "",
      Kind.file(),
      "File of the key that 'restante push keys' makes; without one there is no Web Push."),
  PUSH_WEBPUSH_SUBJECT(
      "push.webpush.subject",
      "",
      Kind.pushSubject(),
      "Whom the operator of a push server may turn to: mailto:you@example.org or an https URL."),
  PUSH_WEBPUSH_PORTS("push.webpush.ports", "443", Kind.ports(), "Ports that endpoints may have."),
  PUSH_WEBPUSH_ALLOW(
      "push.webpush.allow",
      "",
      Kind.pushAllowance(),
      "Hosts and CIDR blocks that need not be public, such as a UnifiedPush server next to this."),
  PUSH_WEBPUSH_CA(
      "push.webpush.ca",
      "",
      Kind.file(),
      "PEM file of authorities to trust for push servers, besides the JDK's."),
  PUSH_WEBPUSH_ENDPOINT_CHARS_MAX(
      "push.webpush.endpoint-chars-max",
      "1024",
      Kind.number(128, WebPushConfig.ENDPOINT_CHARS_MAX),
      "Characters of an endpoint."),
  PUSH_WEBPUSH_TIMEOUT_MS(
      "push.webpush.timeout-ms",
      "10000",
      Kind.number(100, 60_000),
      "How long all of a push may take: look-up, connection, request and answer."),
  PUSH_WEBPUSH_RESPONSE_BYTES_MAX(
      "push.webpush.response-max-bytes",
      "16384",
      Kind.number(0, 1024 * 1024),
      "How much of an answer is read before the connection is closed (16 KiB)."),
  PUSH_WEBPUSH_IN_FLIGHT_MAX(
      "push.webpush.in-flight-max",
      "1024",
      Kind.number(1, 65_536),
      "Pushes of one event loop that are under way or wait for their host."),
  PUSH_WEBPUSH_HOST_IN_FLIGHT_MAX(
      "push.webpush.host-in-flight-max",
      "32",
      Kind.number(1, 1_024),
      "Those to one host that are under way, on a connection each."),
  PUSH_WEBPUSH_HOST_WAITING_MAX(
      "push.webpush.host-waiting-max",
      "256",
      Kind.number(0, 65_536),
      "Those to one host that wait for one of these to end."),

  LOG_FORMAT(
      "log.format",
      "text",
      Kind.oneOf(LogConfig.Format.class),
      "Log lines on standard error: text for people, json for machines."),
  LOG_LEVEL(
      "log.level",
      "info",
      Kind.oneOf(LogConfig.Level.class),
      "The least severe lines that are written: error, warn, info, debug or trace.");

  /** What all names in the environment begin with. */
  static final String ENVIRONMENT_PREFIX = "RESTANTE_";

  private static final Map<String, Setting> BY_KEY =
      Arrays.stream(values()).collect(Collectors.toMap(Setting::key, Function.identity()));
  private static final Map<String, Setting> BY_ENVIRONMENT_NAME =
      Arrays.stream(values())
          .collect(Collectors.toMap(Setting::environmentName, Function.identity()));

  private final String key;
  private final String defaultText;

  @SuppressWarnings("ImmutableEnumChecker") // Its function is one of Kind's own, without state.
  private final Kind kind;

  private final String line;
  private final boolean secret;

  Setting(String key, String defaultText, Kind kind, String line) {
    this(key, defaultText, kind, line, false);
  }

  Setting(String key, String defaultText, Kind kind, String line, boolean secret) {
    this.key = key;
    this.defaultText = defaultText;
    this.kind = kind;
    this.line = line;
    this.secret = secret;
  }

  /** The setting of this key in a file or {@code --set}. */
  static Optional<Setting> byKey(String key) {
    return Optional.ofNullable(BY_KEY.get(key));
  }

  /** Whether a key is the first part of others, such as {@code http.tls}. */
  static boolean isGroup(String key) {
    return BY_KEY.keySet().stream().anyMatch(longer -> longer.startsWith(key + "."));
  }

  /** The setting of this environment variable. */
  static Optional<Setting> byEnvironmentName(String name) {
    return Optional.ofNullable(BY_ENVIRONMENT_NAME.get(name));
  }

  /** Such as {@code redis.data-dir}. */
  String key() {
    return key;
  }

  /** Such as {@code RESTANTE_REDIS_DATA_DIR}. */
  String environmentName() {
    return ENVIRONMENT_PREFIX + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  /** As it would be written in a file; empty for none. */
  String defaultText() {
    return defaultText;
  }

  /** What values it takes. */
  Kind kind() {
    return kind;
  }

  /** One line for the operator. */
  String line() {
    return line;
  }

  /** Whether its value must never be printed. */
  boolean isSecret() {
    return secret;
  }
}
