package io.restante.edge;

import io.restante.account.Caller;
import io.restante.account.Directory;
import io.restante.delivery.Courier;
import io.restante.delivery.SendResult;
import io.restante.limit.SendLimits;
import io.restante.mailbox.MailboxStore;
import io.restante.protocol.Destination;
import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.restante.protocol.ServiceId;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;

/** The table Messages of the contract, but for multi-recipient sends: parse, call, encode. */
public final class MessageRoutes {
  private static final int PAGE_ENVELOPES_MAX = 100;

  /** A poll's envelopes, but for the last one; as JSON they are written in one go. */
  private static final long PAGE_BYTES_MAX = 1024 * 1024;

  private static final Pattern DIGITS = Pattern.compile("[0-9]{1,19}");

  private static final Reply TAKEN = taken(false);
  private static final Reply TAKEN_NEEDS_SYNC = taken(true);

  /** Nobody's account, asked in place of an unknown one so that both answers take as long. */
  private static final UUID NOBODY = new UUID(0, 0);

  private final Courier courier;
  private final MailboxStore mailboxes;
  private final Directory directory;
  private final SendLimits limits;
  private final SendParser parser;

  /**
   * The routes of one event loop.
   *
   * @param messageBytesMax the largest content of one message
   */
  public MessageRoutes(
      Courier courier,
      MailboxStore mailboxes,
      Directory directory,
      SendLimits limits,
      int messageBytesMax) {
    this.limits = limits;
    this.courier = courier;
    this.mailboxes = mailboxes;
    this.directory = directory;
    this.parser = new SendParser(messageBytesMax);
  }

  /** All of them. */
  public List<Route> routes() {
    return List.of(
        new Route("PUT", "/v1/messages/{destination}", Access.DEVICE_OR_ACCESS_KEY, this::send),
        new Route("PUT", "/v1/receipt/{destination}/{timestamp}", Access.DEVICE, this::receipt),
        new Route("GET", "/v1/messages", Access.DEVICE, this::page),
        new Route("DELETE", "/v1/messages/uuid/{guid}", Access.DEVICE, this::removeByGuid),
        new Route(
            "DELETE", "/v1/messages/{source}/{timestamp}", Access.DEVICE, this::removeBySource));
  }

  private Future<Reply> send(Call call) {
    Destination destination = Destination.parse(call.param(0));
    Caller caller = call.caller();
    byte[] accessKey = call.accessKey();
    // Parsed before anybody is asked: an error of the body says nothing about the account.
    SendParser.Parsed parsed = parser.parse(call, destination);
    if (caller == null && accessKey == null) {
      throw unauthenticated();
    }
    Future<UUID> account =
        caller == null && accessKey != null ? admitted(destination, accessKey) : known(destination);
    return account
        .map(
            aci -> {
              limits.admit(call.account(), call.remoteAddress(), List.of(aci));
              return parsed.toSend(aci, serviceId(destination, aci));
            })
        .compose(courier::send)
        .map(result -> reply(result, caller == null));
  }

  private Future<UUID> known(Destination destination) {
    return directory.aciOf(destination).map(aci -> aci.orElseThrow(MessageRoutes::noSuchAccount));
  }

  /** The account that takes this access key; an unknown one and a wrong key are 401 alike. */
  private Future<UUID> admitted(Destination destination, byte[] accessKey) {
    return directory
        .aciOf(destination)
        .map(aci -> aci.orElse(NOBODY))
        .compose(
            aci ->
                directory
                    .admits(aci, accessKey)
                    .map(
                        admits -> {
                          if (!admits) {
                            throw unauthenticated();
                          }
                          return aci;
                        }));
  }

  private static ServiceId serviceId(Destination destination, UUID aci) {
    return destination instanceof Destination.ById byId ? byId.id() : ServiceId.aci(aci);
  }

  private static GatewayException noSuchAccount() {
    return new GatewayException(ErrorCode.NO_SUCH_ACCOUNT, "the destination is not registered");
  }

  private static GatewayException unauthenticated() {
    return new GatewayException(
        ErrorCode.UNAUTHENTICATED, "credentials or access key are missing or wrong");
  }

  private static Reply taken(boolean needsSync) {
    return Reply.json(200, new JsonObject().put("needsSync", needsSync));
  }

  private static Reply reply(SendResult result, boolean anonymous) {
    if (result instanceof SendResult.Taken taken) {
      return taken.needsSync() ? TAKEN_NEEDS_SYNC : TAKEN;
    } else if (result instanceof SendResult.MismatchedDevices mismatched) {
      return Reply.json(409, encode(mismatched));
    } else if (result instanceof SendResult.StaleDevices stale) {
      return Reply.json(410, encode(stale));
    } else if (result instanceof SendResult.NoSuchAccount) {
      // Gone since the access key was checked: nothing that an anonymous caller may learn.
      throw anonymous ? unauthenticated() : noSuchAccount();
    } else if (result instanceof SendResult.MailboxFull) {
      throw new GatewayException(
          ErrorCode.MAILBOX_FULL, "a device of the destination has no room for this message");
    }
    throw keyReused();
  }

  static GatewayException keyReused() {
    return new GatewayException(
        ErrorCode.IDEMPOTENCY_KEY_REUSED,
        "Idempotency-Key: used for another message (expected: a fresh one)");
  }

  /** {@code {missingDevices, extraDevices}}. */
  static JsonObject encode(SendResult.MismatchedDevices mismatched) {
    return new JsonObject()
        .put("missingDevices", new JsonArray(mismatched.missing()))
        .put("extraDevices", new JsonArray(mismatched.extra()));
  }

  /** {@code {staleDevices}}. */
  static JsonObject encode(SendResult.StaleDevices stale) {
    return new JsonObject().put("staleDevices", new JsonArray(stale.devices()));
  }

  private Future<Reply> receipt(Call call) {
    Caller caller = call.device();
    Destination destination = Destination.parse(call.param(0));
    long timestampMs = timestamp(call.param(1));
    return known(destination)
        .compose(
            aci -> {
              limits.admit(call.account(), call.remoteAddress(), List.of(aci));
              return courier.receipt(aci, serviceId(destination, aci), caller, timestampMs);
            })
        .map(result -> reply(result, false))
        .map(taken -> Reply.ok());
  }

  private Future<Reply> page(Call call) {
    Caller caller = call.device();
    boolean generationA = caller.signalingKey() != null;
    return mailboxes
        .page(caller.address(), PAGE_ENVELOPES_MAX, PAGE_BYTES_MAX)
        .map(page -> Reply.json(200, PolledMail.encode(page, generationA)));
  }

  private Future<Reply> removeByGuid(Call call) {
    UUID guid = ServiceId.parseUuid(call.param(0));
    return mailboxes.remove(call.device().address(), guid).map(removed -> Reply.noContent());
  }

  private Future<Reply> removeBySource(Call call) {
    Destination source = Destination.parse(call.param(0));
    String text =
        source instanceof Destination.ByHandle byHandle ? byHandle.handle().text() : call.param(0);
    return mailboxes
        .remove(call.device().address(), text, timestamp(call.param(1)))
        .map(removed -> Reply.noContent());
  }

  private static long timestamp(String text) {
    // The parser alone would take a sign, and digits that are not ASCII.
    if (DIGITS.matcher(text).matches()) {
      try {
        return Long.parseLong(text);
      } catch (NumberFormatException tooLarge) {
        // Refused below.
      }
    }
    throw new GatewayException(
        ErrorCode.MALFORMED_ID,
        "timestamp of " + text.length() + " characters (expected: 0 to 2^63-1)");
  }
}
