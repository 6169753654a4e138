package io.restante.edge;

import io.restante.account.AccessPolicy;
import io.restante.account.Caller;
import io.restante.account.Directory;
import io.restante.delivery.Circular;
import io.restante.delivery.Circular.To;
import io.restante.delivery.Fanout;
import io.restante.delivery.Send.Once;
import io.restante.delivery.Send.Sender;
import io.restante.delivery.SendResult;
import io.restante.delivery.Window;
import io.restante.limit.SendLimits;
import io.restante.mailbox.MailboxConfig;
import io.restante.protocol.Destination;
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
  /** A look-up's keys and commands, on the link. */
  private static final int LOOKUP_BYTES = 256;

  private final Window window;
  private final Fanout fanout;
  private final Directory directory;
  private final SendLimits limits;
  private final MailboxConfig config;

  /** The routes of one event loop. */
  public MultiRecipientRoutes(
      Window window, Fanout fanout, Directory directory, SendLimits limits, MailboxConfig config) {
    this.window = window;
    this.fanout = fanout;
    this.directory = directory;
    this.limits = limits;
    this.config = config;
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
    MultiRecipientMessage message =
        MultiRecipientMessage.parse(call.body(), config.recipientsMax());
    checkSize(message);
    long timestampMs = call.number("ts", 0, Long.MAX_VALUE, System.currentTimeMillis());
    Once once = once(call);
    return window.admit(
        () ->
            accounts(message, call.accessKey())
                .compose(accounts -> send(call, message, timestampMs, once, accounts)));
  }

  /**
   * Before anything is made of it: what a body of some KB asks for can be thousands of times it.
   */
  private void checkSize(MultiRecipientMessage message) {
    int bytes = message.contentBytes();
    if (bytes > config.messageBytesMax()) {
      throw tooLarge(bytes + " bytes (expected: at most " + config.messageBytesMax() + ")");
    }
    int devices = message.deviceCount();
    if ((long) bytes * devices > config.recipientsBytesMax()) {
      throw tooLarge(
          bytes
              + " bytes for each of "
              + devices
              + " devices (expected: at most "
              + config.recipientsBytesMax()
              + " in all)");
    }
  }

  private static GatewayException tooLarge(String what) {
    return new GatewayException(ErrorCode.TOO_LARGE, "message: " + what);
  }

  private static @Nullable Once once(Call call) {
    Buffer marks = Buffer.buffer().appendLong(call.number("ts", 0, Long.MAX_VALUE, 0));
    marks.appendByte(SendParser.mark(call.flag("online")));
    marks.appendByte(SendParser.mark(call.flag("urgent", true)));
    marks.appendByte(SendParser.mark(call.flag("story")));
    return SendParser.once(call, marks);
  }

  /** The account of each recipient, empty for one that there is none of. */
  private Future<List<Optional<UUID>>> accounts(
      MultiRecipientMessage message, byte @Nullable [] accessKey) {
    Future<List<Optional<UUID>>> accounts =
        window.forEach(
            message.recipients(),
            recipient -> LOOKUP_BYTES,
            recipient -> directory.aciOf(new Destination.ById(recipient.id())));
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
    boolean named =
        message.recipients().stream().allMatch(one -> one.id().identity() == Identity.ACI);
    return window
        .forEach(acis, aci -> LOOKUP_BYTES, this::policy)
        .map(
            policies -> {
              if (!AccessPolicy.admitAll(policies, accessKey) || !named) {
                throw new GatewayException(
                    ErrorCode.UNAUTHENTICATED,
                    "access key (expected: those of all recipients, by XOR)");
              }
              return null;
            });
  }

  private Future<Optional<AccessPolicy>> policy(Optional<UUID> aci) {
    return aci.map(directory::policyOf).orElse(Future.succeededFuture(Optional.empty()));
  }

  private Future<Reply> send(
      Call call,
      MultiRecipientMessage message,
      long timestampMs,
      @Nullable Once once,
      List<Optional<UUID>> accounts) {
    List<To> to = new ArrayList<>();
    JsonArray unknown = new JsonArray();
    for (int i = 0; i < accounts.size(); i++) {
      Recipient recipient = message.recipients().get(i);
      if (accounts.get(i).isPresent()) {
        to.add(new To(accounts.get(i).get(), recipient));
      } else {
        unknown.add(recipient.id().text());
      }
    }
    limits.admit(call.account(), call.remoteAddress(), to.stream().map(To::account).toList());
    Caller caller = call.caller();
    Circular circular =
        new Circular(
            message,
            to,
            caller == null ? null : new Sender(caller, false),
            timestampMs,
            call.flag("online"),
            call.flag("urgent", true),
            call.flag("story"),
            once);
    return fanout.send(circular).map(results -> reply(to, results, unknown));
  }

  private static Reply reply(List<To> to, List<SendResult> results, JsonArray unknown) {
    JsonArray mismatched = new JsonArray();
    JsonArray stale = new JsonArray();
    for (int i = 0; i < results.size(); i++) {
      ServiceId id = to.get(i).recipient().id();
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
      } else if (result instanceof SendResult.KeyReused) {
        throw MessageRoutes.keyReused();
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
