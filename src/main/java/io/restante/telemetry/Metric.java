package io.restante.telemetry;

import java.util.List;

/**
 * Every metric of the gateway: its name as Prometheus shows it, unit, help and tags. Tags have few
 * values, and never an account, a device or an address.
 */
public enum Metric {
  /** Gauge. */
  BUILD(Unit.COUNT, "build", "Always 1, with the version that runs.", "version"),
  /** Timer. Route is the template, status the class of the answer such as {@code 2xx}. */
  REQUESTS(
      Unit.SECONDS,
      "request",
      "Requests over HTTP and sockets until their answer is made.",
      "route",
      "status"),
  /** Gauge. */
  REQUESTS_IN_FLIGHT(Unit.COUNT, "requests.in.flight", "Requests that are being answered."),
  /** Counter. Code is a stable error code. */
  REFUSALS(Unit.COUNT, "refusals", "Requests that were refused, by error code.", "code"),
  /** Counter. Pool is ec, kem or named; outcome is one_time, last_resort or empty. */
  CLAIMS(
      Unit.COUNT,
      "claims",
      "Devices' prekeys asked for, by what was handed out.",
      "pool",
      "outcome"),
  /** Counter. Reason is no_account, no_device, no_keys, no_pool or key_reused. */
  CLAIMS_REFUSED(
      Unit.COUNT, "claims.refused", "Claims that found nothing to answer with.", "reason"),
  /** Counter. */
  CLAIMS_REPLAYED(
      Unit.COUNT, "claims.replayed", "Claims answered from the record of an idempotency key."),
  /** Counter. Limit is caller, address (both are answered 429) or device (served without). */
  CLAIMS_LIMITED(
      Unit.COUNT, "claims.limited", "Devices' prekeys that a limit did not give.", "limit"),
  /** Counter. Outcome is told or untold. */
  LIMIT_DEBTS(
      Unit.COUNT,
      "limit.debts",
      "Buckets under unusual pressure, by whether the other gateways heard of it.",
      "outcome"),
  /** Gauge. Limit is caller, address, device, sender, uploader, registration or code. */
  LIMIT_FORGOTTEN(
      Unit.COUNT,
      "limit.forgotten",
      "Buckets of a limit forgotten for want of room before they were full again.",
      "limit"),
  /** Distribution. Pool is ec, kem or named. */
  POOL_DEPTH(
      Unit.COUNT, "pool.depth", "One-time keys left in a pool after a claim, sampled.", "pool"),
  /** Counter. Way is socket or push. */
  LOW_STOCK(Unit.COUNT, "low.stock", "Times that an owner was told of pools that run low.", "way"),
  /** Distribution. */
  SIGNED_PREKEY_AGE(
      Unit.DAYS, "signed.prekey.age", "How old the signed prekeys are that claims hand out."),
  /** Counter. */
  RESERVE_TAKEN(
      Unit.COUNT,
      "reserve.taken",
      "One-time keys taken from a reserve, but for claims with an idempotency key."),
  /** Counter. Reason is epoch, read_failed, not_servable, other_failed or loss. */
  PREKEYS_BURNED(
      Unit.COUNT, "prekeys.burned", "One-time keys that were popped and reached nobody.", "reason"),
  /** Counter. Fate is kept or dropped. */
  PREKEYS_UPLOADED(
      Unit.COUNT,
      "prekeys.uploaded",
      "One-time keys in uploads; dropped are those issued before, maybe, and duplicates.",
      "fate"),
  /** Counter. */
  UNFINISHED_TIDIED(
      Unit.COUNT,
      "unfinished.tidied",
      "Registrations and deletions that a gateway left half-way and another put in order."),
  /** Counter. */
  UNFINISHED_FAILED(
      Unit.COUNT,
      "unfinished.failed",
      "Times that one of these could not be put in order; it is tried again."),
  /** Counter. */
  UPLOADS_OVERLOADED(
      Unit.COUNT, "uploads.overloaded", "Uploads refused as too many waited for verification."),
  /** Counter. */
  UPLOADS_LIMITED(
      Unit.COUNT, "uploads.limited", "Uploads refused, as their device uploaded too often."),
  /** Counter. Outcome is one of {@code delivery.SendOutcome}, such as stored or no_listener. */
  SENDS(Unit.COUNT, "sends", "Messages to a destination, by outcome.", "outcome"),
  /** Counter. */
  SENDS_LIMITED(
      Unit.COUNT,
      "sends.limited",
      "Messages refused, as their sender sent too many to that account."),
  /** Counter. Limit is registration (sessions, codes tried, accounts) or code (asked for). */
  REGISTRATIONS_LIMITED(
      Unit.COUNT,
      "registrations.limited",
      "Steps of registrations refused, as too many came from that address.",
      "limit"),
  /** Counter. */
  APPENDED_BYTES(Unit.COUNT, "appended.bytes", "Bytes of envelopes that were put into mailboxes."),
  /** Counter. */
  DELIVERIES(Unit.COUNT, "deliveries", "Envelopes written to a socket, repeats among them."),
  /** Counter. */
  DELIVERIES_GIVEN_UP(
      Unit.COUNT,
      "deliveries.given.up",
      "Envelopes that a session sent twice without an acknowledgement."),
  /** Counter. */
  ENVELOPES_SET_ASIDE(
      Unit.COUNT,
      "envelopes.set.aside",
      "Envelopes that failed so many sessions that they are left to polls."),
  /** Counter. */
  ACKS(Unit.COUNT, "acks", "Envelopes acknowledged by their device and deleted."),
  /** Counter. Outcome is accepted, gone, later, refused, failed or held_back. */
  PUSHES(
      Unit.COUNT,
      "pushes",
      "Pushes by provider, and what became of them there.",
      "provider",
      "outcome"),
  /** Timer. */
  PUSH_SECONDS(Unit.SECONDS, "push", "Pushes until the provider's answer.", "provider"),
  /** Counter. */
  PUSHES_INLINE(Unit.COUNT, "pushes.inline", "Pushes that carried their envelope.", "provider"),
  /** Gauge. */
  PUSHES_IN_FLIGHT(Unit.COUNT, "pushes.in.flight", "Pushes that wait for a provider's answer."),
  /** Counter. */
  PUSH_BREAKS(
      Unit.COUNT,
      "push.breaks",
      "Times that a provider was left alone for a while, as it did not answer.",
      "provider"),
  /** Counter. */
  PUSH_TOKENS_LOST(
      Unit.COUNT,
      "push.tokens.lost",
      "Tokens taken away from devices, as their provider knows them no more.",
      "provider"),
  /** Counter. */
  PUSHES_OVER_BUDGET(
      Unit.COUNT, "pushes.over.budget", "Envelopes pushed as a word, their device's budget spent."),
  /** Counter. */
  PUSHES_UNWRITTEN(
      Unit.COUNT,
      "pushes.unwritten",
      "Times that pushes could not be written down and would die with the gateway."),
  /** Counter. Reason is endpoint, address (not public), unresolved or busy. */
  WEB_PUSHES_UNSENT(
      Unit.COUNT,
      "web.pushes.unsent",
      "Web pushes that were not sent, as of where they would go to.",
      "reason"),
  /** Gauge. */
  CONNECTIONS_OPEN(Unit.COUNT, "connections.open", "Open connections to the public server."),
  /** Gauge. */
  BODIES_HELD(
      Unit.COUNT,
      "bodies.held.bytes",
      "Bytes of request bodies that are held, small ones not counted."),
  /** Gauge. */
  ANSWERS_UNREAD(
      Unit.COUNT,
      "answers.unread.bytes",
      "Bytes of answers over HTTP that their clients have not read yet, small ones not counted."),
  /** Counter. */
  ANSWERS_CUT_OFF(
      Unit.COUNT,
      "answers.cut.off",
      "Answers over HTTP that were unread for the longest, and hung up on to make room."),
  /** Gauge. */
  MESSAGES_HELD(
      Unit.COUNT,
      "messages.held.bytes",
      "Memory of messages on sockets that are not handed on yet, small ones not counted."),
  /** Counter. Reason is budget or time. */
  MESSAGES_GIVEN_UP(
      Unit.COUNT,
      "messages.given.up",
      "Messages on sockets given up before they were whole, with their socket.",
      "reason"),
  /** Gauge. Kind is device or anonymous. */
  SOCKETS_OPEN(Unit.COUNT, "sockets.open", "Open WebSockets.", "kind"),
  /** Counter. Code is the WebSocket close code, none, abnormal (no close frame came) or other. */
  SOCKETS_CLOSED(Unit.COUNT, "sockets.closed", "WebSockets that were closed, by code.", "code"),
  /** Timer. */
  REDIS_COMMANDS(Unit.SECONDS, "redis.command", "Commands to Redis until their reply."),
  /** Gauge. */
  REDIS_IN_FLIGHT(Unit.COUNT, "redis.in.flight", "Commands that wait for their reply."),
  /** Counter. */
  REDIS_TIMEOUTS(
      Unit.COUNT, "redis.timeouts", "Connections to Redis given up for want of a reply in time."),
  /** Counter. Outcome is connected or failed. */
  REDIS_CONNECTS(Unit.COUNT, "redis.connects", "Attempts to connect to Redis.", "outcome"),
  /** Gauge. */
  REDIS_LOADING(
      Unit.COUNT, "redis.loading", "Connections that wait for a Redis that loads its data."),
  /** Counter. */
  REDIS_LOSSES(
      Unit.COUNT,
      "redis.losses",
      "New primaries that may have lost the last pops, so that pools skipped keys."),
  /** Counter. */
  REDIS_POPS_FORGOTTEN(
      Unit.COUNT,
      "redis.pops.forgotten",
      "Pops that would not be skipped after a loss, as more than 65,536 came in a minute."),
  /** Timer. Outcome is reached or missed. */
  REPLICA_ROUNDS(Unit.SECONDS, "replica.round", "Rounds that prove writes on replicas.", "outcome"),
  /** Counter. Outcome is covered or refused. */
  REPLICA_ANSWERS(
      Unit.COUNT,
      "replica.answers",
      "Replies of Redis that a round of replicas let through, or did not.",
      "outcome"),
  /** Counter. Reason is moved, ask, try_again, cluster_down or non_local. */
  REDIS_REDIRECTS(
      Unit.COUNT,
      "redis.redirects",
      "Commands that a node of the cluster has not run and that went on.",
      "reason"),
  /** Counter. */
  REDIS_SLOT_MOVES(
      Unit.COUNT, "redis.slot.moves", "Times that an event loop learned of slots elsewhere."),
  /** Timer. */
  EVENT_LOOP_LAG(Unit.SECONDS, "event.loop.lag", "How late a periodic task of an event loop runs.");

  /** What a metric's number counts. */
  public enum Unit {
    /** A duration; told in seconds. */
    SECONDS,
    /** Days. */
    DAYS,
    /** Things. */
    COUNT
  }

  private static final String PREFIX = "restante.";

  private final Unit unit;
  private final String meterName;
  private final String help;
  private final String tagNames;

  Metric(Unit unit, String name, String help, String... tagNames) {
    this.unit = unit;
    this.meterName = PREFIX + name;
    this.help = help;
    this.tagNames = String.join(",", tagNames);
  }

  /** The name as Micrometer knows it; Prometheus shows underscores, unit and {@code _total}. */
  public String meterName() {
    return meterName;
  }

  /** What its number counts. */
  public Unit unit() {
    return unit;
  }

  /** One sentence for the operator. */
  public String help() {
    return help;
  }

  /** The names of its tags, in the order in which their values are given. */
  public List<String> tagNames() {
    return tagNames.isEmpty() ? List.of() : List.of(tagNames.split(",", -1));
  }
}
