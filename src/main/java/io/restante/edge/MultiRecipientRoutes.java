package io.restante.edge;

import io.restante.account.AccessPolicy;
import io.restante.account.Caller;
import io.restante.account.Directory;
import io.restante.delivery.Courier;
import io.restante.delivery.Send;
import io.restante.delivery.Send.Message;
import io.restante.delivery.Send.Sender;
import io.restante.delivery.SendResult;
import io.restante.limit.SendLimits;
import io.restante.protocol.Destination;
import io.restante.protocol.Envelope;
import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.restante.protocol.Identity;
import io.restante.protocol.MultiRecipientMessage;
import io.restante.protocol.MultiRecipientMessage.Recipient;
import io.restante.protocol.ServiceId;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One sealed-sender message to many accounts: parse, call, encode. */
public final class MultiRecipientRoutes {
  private final Courier courier;
  private final Directory directory;
  private final SendLimits limits;
  private final int recipientsMax;
  private final int messageBytesMax;

  /**
   * The routes of one event loop.
   *
   * @param recipientsMax accounts of one message
   * @param messageBytesMax the largest content of the message for one device
   */
  public MultiRecipientRoutes(
      Courier courier,
      Directory directory,
      SendLimits limits,
      int recipientsMax,
      int messageBytesMax) {
    this.limits = limits;
    this.courier = courier;
    this.directory = directory;
    this.recipientsMax = recipientsMax;
    this.messageBytesMax = messageBytesMax;
  }

  /** All of them. */
  public List<Route> routes() {
    return List.of(
        new Route(
            "PUT",
            "/v1/messages/multi_recipient",
            Access.DEVICE_OR_ACCESS_KEY,
            Route.ANY_TYPE,
            this::send));
  }

  private Future<Reply> send(Call call) {
    MultiRecipientMessage message = MultiRecipientMessage.parse(call.body(), recipientsMax);
    if (message.contentBytes() > messageBytesMax) {
      throw new GatewayException(
          ErrorCode.TOO_LARGE,
          "message: "
              + message.contentBytes()
              + " bytes (expected: at most "
              + messageBytesMax
              + ")");
    }
    long timestampMs = call.number("ts", 0, Long.MAX_VALUE);
    byte[] accessKey = call.accessKey();
    return accounts(message, accessKey)
        .compose(accounts -> send(call, message, timestampMs, accounts));
  }

  /** The account of each recipient, empty for one that there is none of. */
  private Future<List<Optional<UUID>>> accounts(
      MultiRecipientMessage message, byte @Nullable [] accessKey) {
    List<Future<Optional<UUID>>> found = new ArrayList<>();
    for (Recipient recipient : message.recipients()) {
      found.add(directory.aciOf(new Destination.ById(recipient.id())));
    }
    Future<List<Optional<UUID>>> accounts =
        Future.all(found).map(all -> found.stream().map(Future::result).toList());
    return accessKey == null
        ? accounts
        : accounts.compose(acis -> admitted(message, acis, accessKey).map(acis));
  }

  /**
   * An anonymous sender names the access keys of all accounts, put together by XOR. An account that
   * takes any key adds nothing. An unknown account and a wrong key are 401 alike, and so is a PNI,
   * which has no access key.
   */
  private Future<Void> admitted(
      MultiRecipientMessage message, List<Optional<UUID>> acis, byte[] accessKey) {
    List<Future<Optional<AccessPolicy>>> policies = new ArrayList<>();
    for (Optional<UUID> aci : acis) {
      policies.add(aci.map(directory::policyOf).orElse(Future.succeededFuture(Optional.empty())));
    }
    boolean named =
        message.recipients().stream().allMatch(one -> one.id().identity() == Identity.ACI);
    return Future.all(policies)
        .map(
            all -> {
              if (!AccessPolicy.admitAll(policies.stream().map(Future::result).toList(), accessKey)
                  || !named) {
                throw new GatewayException(
                    ErrorCode.UNAUTHENTICATED,
                    "access key (expected: those of all recipients, by XOR)");
              }
              return null;
            });
  }

  private Future<Reply> send(
      Call call, MultiRecipientMessage message, long timestampMs, List<Optional<UUID>> accounts) {
    List<Send> sends = new ArrayList<>();
    JsonArray unknown = new JsonArray();
    for (int i = 0; i < accounts.size(); i++) {
      Recipient recipient = message.recipients().get(i);
      if (accounts.get(i).isPresent()) {
        limits.admit(call.account(), call.remoteAddress(), accounts.get(i).get());
        sends.add(toSend(call, message, timestampMs, recipient, accounts.get(i).get()));
      } else {
        unknown.add(recipient.id().text());
      }
    }
    return courier.sendAll(sends).map(results -> reply(sends, results, unknown));
  }

  private static Send toSend(
      Call call,
      MultiRecipientMessage message,
      long timestampMs,
      Recipient recipient,
      UUID account) {
    Caller caller = call.caller();
    Buffer content = message.contentFor(recipient);
    List<Message> messages = new ArrayList<>();
    for (MultiRecipientMessage.Device device : recipient.devices()) {
      messages.add(
          new Message(
              Envelope.TYPE_SEALED_SENDER, device.id(), device.registrationId(), content, null));
    }
    return new Send(
        account,
        recipient.id(),
        caller == null ? null : new Sender(caller, false),
        timestampMs,
        call.flag("online"),
        call.flag("urgent", true),
        call.flag("story"),
        messages,
        null);
  }

  private static Reply reply(List<Send> sends, List<SendResult> results, JsonArray unknown) {
    JsonArray mismatched = new JsonArray();
    JsonArray stale = new JsonArray();
    for (int i = 0; i < results.size(); i++) {
      ServiceId id = sends.get(i).destination();
      SendResult result = results.get(i);
      if (result instanceof SendResult.MismatchedDevices devices) {
        mismatched.add(of(id, MessageRoutes.encode(devices)));
      } else if (result instanceof SendResult.StaleDevices devices) {
        stale.add(of(id, MessageRoutes.encode(devices)));
      } else if (result instanceof SendResult.NoSuchAccount) {
        unknown.add(id.text());
      } else if (result instanceof SendResult.MailboxFull) {
        throw new GatewayException(
            ErrorCode.MAILBOX_FULL, "a device of a recipient has no room for this message");
      }
    }
    if (!mismatched.isEmpty()) {
      return Reply.json(409, mismatched);
    }
    return stale.isEmpty()
        ? Reply.json(200, new JsonObject().put("uuids404", unknown))
        : Reply.json(410, stale);
  }

  private static JsonObject of(ServiceId id, JsonObject devices) {
    return new JsonObject().put("uuid", id.text()).put("devices", devices);
  }
}
