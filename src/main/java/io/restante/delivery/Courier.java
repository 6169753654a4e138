package io.restante.delivery;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.restante.account.Caller;
import io.restante.account.Directory;
import io.restante.delivery.Send.Message;
import io.restante.delivery.Send.Once;
import io.restante.delivery.Send.Sender;
import io.restante.mailbox.Append;
import io.restante.mailbox.Append.Parcel;
import io.restante.mailbox.Append.Repeatable;
import io.restante.mailbox.AppendResult;
import io.restante.mailbox.AppendResult.Landed;
import io.restante.mailbox.AppendResult.Landing;
import io.restante.mailbox.EnvelopeId;
import io.restante.mailbox.MailboxStore;
import io.restante.protocol.DeviceAddress;
import io.restante.protocol.Envelope;
import io.restante.protocol.Envelope.Source;
import io.restante.protocol.EnvelopeCodec;
import io.restante.protocol.IdempotencyKey.Purpose;
import io.restante.protocol.ServiceId;
import io.restante.push.OwedPush;
import io.restante.push.OwedPush.Kind;
import io.restante.push.Pushes;
import io.restante.push.Pushes.When;
import io.restante.telemetry.Meters;
import io.restante.telemetry.Metric;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Takes messages to mailboxes, doorbells and pushes. A send that is answered as taken is in the
 * mailbox of every device of its destination, in the order of the answers for one sender.
 *
 * <p>Nothing is sent twice by itself: where Redis does not answer the future fails, and whether the
 * send was taken is unknown.
 */
public final class Courier {
  private static final int NO_DEVICE = 0;

  private final MailboxStore mailboxes;
  private final Directory directory;
  private final Pushes pushes;
  private final Map<SendOutcome, Counter> outcomes = new EnumMap<>(SendOutcome.class);

  /** A courier of one event loop. */
  public Courier(MailboxStore mailboxes, Directory directory, Pushes pushes, MeterRegistry meters) {
    this.mailboxes = mailboxes;
    this.directory = directory;
    this.pushes = pushes;
    for (SendOutcome outcome : SendOutcome.values()) {
      outcomes.put(outcome, Meters.counter(meters, Metric.SENDS, outcome.tag()));
    }
  }

  /** Sends a message to all devices of its destination, or to none. */
  public Future<SendResult> send(Send send) {
    Once once = send.once();
    Sender sender = send.sender();
    if (once != null && sender != null) {
      // Asked first, so that it can be kept with the answer that a repetition gets.
      return needsSync(send)
          .compose(
              needsSync ->
                  append(send, toAppend(send, repeatable(once, sender.caller(), needsSync))))
          .map(Courier::result);
    }
    Future<Boolean> needsSync = needsSync(send);
    return append(send, toAppend(send, null))
        .compose(
            appended ->
                appended instanceof AppendResult.Taken
                    ? needsSync
                        // It is stored: a needless copy to one's own devices does no harm.
                        .otherwise(true)
                        .map(needed -> (SendResult) new SendResult.Taken(needed))
                    : Future.succeededFuture(result(appended)));
  }

  /**
   * Tells the devices of a destination that a message of theirs has arrived (generation A). Nobody
   * is woken for it.
   */
  public Future<SendResult> receipt(
      UUID account, ServiceId destination, Caller caller, long timestampMs) {
    Source source = new Source(ServiceId.aci(caller.aci()), caller.handle(), caller.device());
    Buffer stored =
        EnvelopeCodec.encodeStored(
            new Envelope(
                Envelope.TYPE_RECEIPT,
                source,
                timestampMs,
                null,
                null,
                destination,
                false,
                false,
                false));
    int excluded = excludedDevice(account, caller);
    return mailboxes
        .devices(account)
        .map(
            devices ->
                devices.stream()
                    .filter(device -> device != excluded)
                    .map(device -> new Parcel(device, Append.ANY_REGISTRATION, stored))
                    .toList())
        .map(
            parcels ->
                new Append(account, destination.identity(), false, excluded, false, parcels, null))
        .compose(mailboxes::append)
        .onComplete((result, failure) -> count(result, false))
        .map(Courier::result);
  }

  private Future<Boolean> needsSync(Send send) {
    Sender sender = send.sender();
    return sender == null || sender.caller().aci().equals(send.account())
        ? Future.succeededFuture(false)
        : directory.hasSeveralDevices(sender.caller().aci());
  }

  /** The record of a repeatable send, null for another one. */
  static @Nullable String record(@Nullable Once once, @Nullable Sender sender) {
    return once == null || sender == null
        ? null
        : once.key().record(Purpose.SEND, sender.caller().address());
  }

  /** Bytes of the first message as it is stored. */
  static int storedBytes(Send send) {
    return EnvelopeCodec.storedBytes(envelope(send, send.messages().get(0)));
  }

  private static Repeatable repeatable(Once once, Caller caller, boolean needsSync) {
    String record = once.key().record(Purpose.SEND, caller.address());
    return new Repeatable(record, once.bodyHash(), needsSync);
  }

  /** The same for one of many accounts, of which nobody asks whether its sender needs a copy. */
  Future<SendResult> deliver(Send send) {
    Once once = send.once();
    Sender sender = send.sender();
    Repeatable repeatable =
        once == null || sender == null ? null : repeatable(once, sender.caller(), false);
    return append(send, toAppend(send, repeatable)).map(Courier::result);
  }

  private static Append toAppend(Send send, @Nullable Repeatable repeatable) {
    Sender sender = send.sender();
    return new Append(
        send.account(),
        send.destination().identity(),
        true,
        excludedDevice(send.account(), sender),
        send.online(),
        parcels(send),
        repeatable);
  }

  private static List<Parcel> parcels(Send send) {
    List<Parcel> parcels = new ArrayList<>(send.messages().size());
    Message before = null;
    Buffer stored = Buffer.buffer();
    for (Message message : send.messages()) {
      if (before == null || !message.isSameAs(before)) {
        stored = EnvelopeCodec.encodeStored(envelope(send, message));
      }
      parcels.add(new Parcel(message.device(), message.registrationId(), stored));
      before = message;
    }
    return parcels;
  }

  private Future<AppendResult> append(Send send, Append append) {
    return mailboxes
        .append(append)
        .onComplete((result, failure) -> count(result, send.online()))
        .compose(result -> owe(send, result).map(result));
  }

  /** A device sends to the others of its own account, not to itself. */
  static int excludedDevice(UUID account, @Nullable Sender sender) {
    return sender == null ? NO_DEVICE : excludedDevice(account, sender.caller());
  }

  private static int excludedDevice(UUID account, Caller caller) {
    return caller.aci().equals(account) ? caller.device() : NO_DEVICE;
  }

  private static Envelope envelope(Send send, Message message) {
    return new Envelope(
        message.type(),
        message.type() == Envelope.TYPE_SEALED_SENDER ? null : source(send.sender()),
        send.timestampMs(),
        message.content(),
        message.legacyMessage(),
        send.destination(),
        send.online(),
        send.urgent(),
        send.story());
  }

  private static @Nullable Source source(@Nullable Sender sender) {
    if (sender == null) {
      return null;
    }
    Caller caller = sender.caller();
    return new Source(
        ServiceId.aci(caller.aci()),
        sender.tellsHandle() ? caller.handle() : null,
        caller.device());
  }

  /**
   * Before the send is answered, and whoever listens: that may be a gateway which died a moment
   * ago. Nobody listens, and the mail is not urgent: a word will do.
   */
  private Future<Void> owe(Send send, AppendResult result) {
    if (!(result instanceof AppendResult.Taken taken)) {
      return Future.succeededFuture();
    }
    List<OwedPush> now = new ArrayList<>();
    List<OwedPush> unlessAcked = new ArrayList<>();
    for (Landed landed : taken.parcels()) {
      EnvelopeId id = landed.id();
      if (id == null || landed.landing() != Landing.STORED) {
        continue;
      }
      DeviceAddress device = new DeviceAddress(send.account(), landed.device());
      if (send.urgent()) {
        (landed.listeners() == 0 ? now : unlessAcked).add(OwedPush.of(device, id));
      } else if (landed.listeners() == 0) {
        now.add(OwedPush.word(device, Kind.QUIET));
      }
    }
    return Future.all(pushes.owe(now, When.NOW), pushes.owe(unlessAcked, When.UNLESS_ACKED))
        .mapEmpty();
  }

  /** Counts what was refused before anything was sent. */
  void countRefusal(AppendResult refusal) {
    count(refusal, false);
  }

  private void count(@Nullable AppendResult result, boolean online) {
    SendOutcome outcome = result == null ? SendOutcome.FAILED : SendOutcome.of(result, online);
    Objects.requireNonNull(outcomes.get(outcome)).increment();
  }

  static SendResult result(AppendResult result) {
    if (result instanceof AppendResult.Taken taken) {
      return new SendResult.Taken(taken.needsSync());
    } else if (result instanceof AppendResult.Mismatched mismatched) {
      return new SendResult.MismatchedDevices(mismatched.missing(), mismatched.extra());
    } else if (result instanceof AppendResult.Stale stale) {
      return new SendResult.StaleDevices(stale.devices());
    } else if (result instanceof AppendResult.NoAccount) {
      return new SendResult.NoSuchAccount();
    } else if (result instanceof AppendResult.Full) {
      return new SendResult.MailboxFull();
    }
    return new SendResult.KeyReused();
  }
}
