package io.restante.mailbox;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.restante.mailbox.Append.Parcel;
import io.restante.mailbox.AppendResult.Landed;
import io.restante.protocol.DeviceAddress;
import io.restante.protocol.Envelope;
import io.restante.protocol.Envelope.Source;
import io.restante.protocol.EnvelopeCodec;
import io.restante.protocol.GatewayException;
import io.restante.protocol.Handle;
import io.restante.protocol.Identity;
import io.restante.protocol.MultiRecipientMessage.Device;
import io.restante.redis.AccountKeys;
import io.restante.redis.RedisLink;
import io.restante.telemetry.Meters;
import io.restante.telemetry.Metric;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Mailboxes as Redis streams. One instance for each event loop, on its link. */
public final class RedisMailboxStore implements MailboxStore {
  private static final int TURN_MS = 1_000;
  private static final int SEARCH_ENVELOPES_MAX = 1_000;

  private final RedisLink link;
  private final MailboxConfig config;
  private final RoomCheck room;
  private final long idempotencyWindowMs;
  private final Counter appendedBytes;
  private final Counter acks;
  private final Counter setAside;
  private final AckListener ackListener;
  private final EnvelopeReads reads;
  private final Turns<DeviceAddress> turns;

  /** The mailboxes behind this link. */
  public RedisMailboxStore(
      RedisLink link,
      MailboxConfig config,
      long idempotencyWindowMs,
      MeterRegistry meters,
      AckListener ackListener) {
    this.ackListener = ackListener;
    this.link = link;
    this.config = config;
    this.room = new RoomCheck(link, config);
    this.idempotencyWindowMs = idempotencyWindowMs;
    this.appendedBytes = Meters.counter(meters, Metric.APPENDED_BYTES);
    this.acks = Meters.counter(meters, Metric.ACKS);
    this.reads = new EnvelopeReads(link, config.ttlMs());
    this.turns = new Turns<>(config.pollsMax());
    this.setAside = Meters.counter(meters, Metric.ENVELOPES_SET_ASIDE);
  }

  @Override
  public Future<AppendResult> append(Append append) {
    return link.run(
            AppendScript.SCRIPT,
            AppendScript.keys(append),
            AppendScript.args(append, config, idempotencyWindowMs))
        .map(AppendScript::decode)
        .onSuccess(result -> count(append, result));
  }

  @Override
  public Future<Optional<AppendResult>> check(
      UUID owner, Identity identity, int excludedDevice, List<Device> devices) {
    String registered = AccountKeys.of(owner).devices();
    return link.send(registered, Request.cmd(Command.HGETALL).arg(registered))
        .map(reply -> DeviceCheck.refusal(reply, identity, excludedDevice, devices));
  }

  @Override
  public Future<Boolean> hasRoom(
      UUID owner, List<Integer> devices, int storedBytes, @Nullable String record) {
    return room.ask(AccountKeys.of(owner), devices, storedBytes, record);
  }

  private void count(Append append, AppendResult result) {
    if (result instanceof AppendResult.Taken taken && !taken.repeated()) {
      for (int i = 0; i < taken.parcels().size(); i++) {
        Landed landed = taken.parcels().get(i);
        Parcel parcel = append.parcels().get(i);
        appendedBytes.increment(landed.id() == null ? 0 : parcel.stored().length());
      }
    }
  }

  @Override
  public Future<MailPage> read(DeviceAddress owner, StreamId after, int countMax) {
    return reads.read(owner, after, countMax);
  }

  @Override
  public Future<Integer> ack(DeviceAddress owner, List<EnvelopeId> ids) {
    List<Future<Integer>> runs = new ArrayList<>();
    for (int from = 0; from < ids.size(); from += AckScript.ENVELOPES_MAX) {
      int to = Math.min(ids.size(), from + AckScript.ENVELOPES_MAX);
      runs.add(
          link.run(AckScript.SCRIPT, AckScript.keys(owner), AckScript.args(ids.subList(from, to)))
              .map(AckScript::decode)
              .onSuccess(acks::increment));
    }
    if (!ids.isEmpty()) {
      ackListener.acked(owner, ids);
    }
    return Future.all(runs).map(done -> runs.stream().mapToInt(Future::result).sum());
  }

  @Override
  public Future<Integer> fail(DeviceAddress owner, EnvelopeId id) {
    return link.run(FailScript.SCRIPT, FailScript.keys(owner), FailScript.args(id, config))
        .map(FailScript::decode)
        .onSuccess(sessions -> setAside.increment(sessions == config.failedSessionsMax() ? 1 : 0));
  }

  @Override
  public Future<Set<EnvelopeId>> setAside(DeviceAddress owner) {
    String failures = AccountKeys.of(owner.aci()).mailFailures(owner.device());
    return link.send(failures, Request.cmd(Command.HGETALL).arg(failures))
        .map(counts -> FailScript.failed(counts, config.failedSessionsMax()));
  }

  @Override
  public Future<List<OnlineEnvelope>> popOnline(DeviceAddress owner, int countMax) {
    return reads.popOnline(owner, countMax);
  }

  @Override
  public Future<MailPage> page(DeviceAddress owner, int countMax, long bytesMax) {
    return inTurn(owner, () -> page(owner, countMax, bytesMax, new ArrayList<>()));
  }

  private <T> Future<T> inTurn(DeviceAddress owner, Supplier<Future<T>> step) {
    return turns.take(
        owner,
        step,
        () ->
            GatewayException.rateLimited(
                "polls and searches of this mailbox at once (expected: at most "
                    + config.pollsMax()
                    + ")",
                TURN_MS));
  }

  private Future<MailPage> page(
      DeviceAddress owner, int countMax, long bytesMax, List<StoredEnvelope> page) {
    long bytes = page.stream().mapToLong(envelope -> envelope.bytes().length()).sum();
    // One more than the page has room for, to tell whether there is more.
    int ask = bytes >= bytesMax ? 1 : countMax - page.size() + 1;
    return read(owner, endOf(page), Math.min(EnvelopeReads.ENVELOPES_MAX, ask))
        .compose(
            chunk -> {
              long left = bytesMax - bytes;
              for (StoredEnvelope envelope : chunk.envelopes()) {
                if (page.size() == countMax || left <= 0) {
                  return Future.succeededFuture(new MailPage(page, true));
                }
                page.add(envelope);
                left -= envelope.bytes().length();
              }
              return chunk.more()
                  ? page(owner, countMax, bytesMax, page)
                  : Future.succeededFuture(new MailPage(page, false));
            });
  }

  private static StreamId endOf(List<StoredEnvelope> envelopes) {
    return envelopes.isEmpty() ? StreamId.START : envelopes.get(envelopes.size() - 1).place();
  }

  @Override
  public Future<Boolean> remove(DeviceAddress owner, UUID guid) {
    Optional<StreamId> place = EnvelopeGuid.placeOf(guid);
    if (place.isEmpty()) {
      return Future.succeededFuture(false);
    }
    return reads
        .at(owner, place.get())
        .map(found -> found.stream().map(StoredEnvelope::id).toList())
        .compose(
            ids ->
                ids.isEmpty() || !ids.get(0).guid().equals(guid)
                    ? Future.succeededFuture(false)
                    : ack(owner, ids).map(deleted -> deleted > 0));
  }

  @Override
  public Future<Integer> remove(DeviceAddress owner, String source, long timestampMs) {
    int max = SEARCH_ENVELOPES_MAX;
    return inTurn(
            owner, () -> search(owner, source, timestampMs, StreamId.START, max, new ArrayList<>()))
        .compose(ids -> ack(owner, ids));
  }

  private Future<List<EnvelopeId>> search(
      DeviceAddress owner,
      String source,
      long timestampMs,
      StreamId after,
      int left,
      List<EnvelopeId> found) {
    return read(owner, after, Math.min(EnvelopeReads.ENVELOPES_MAX, left))
        .compose(
            chunk -> {
              List<StoredEnvelope> envelopes = chunk.envelopes();
              for (StoredEnvelope envelope : envelopes) {
                if (isFrom(envelope, source, timestampMs)) {
                  found.add(envelope.id());
                }
              }
              int rest = left - envelopes.size();
              return !chunk.more() || rest <= 0
                  ? Future.succeededFuture(found)
                  : search(owner, source, timestampMs, endOf(envelopes), rest, found);
            });
  }

  private static boolean isFrom(StoredEnvelope stored, String source, long timestampMs) {
    Envelope envelope = EnvelopeCodec.decode(stored.bytes()).orElse(null);
    Source sender = envelope == null ? null : envelope.source();
    if (envelope == null || sender == null || envelope.timestampMs() != timestampMs) {
      return false;
    }
    Handle handle = sender.handle();
    return sender.id().text().equalsIgnoreCase(source)
        || (handle != null && handle.text().equals(source));
  }

  @Override
  public Future<List<Integer>> devices(UUID aci) {
    String devices = AccountKeys.of(aci).devices();
    return link.send(devices, Request.cmd(Command.HKEYS).arg(devices))
        .map(
            reply ->
                reply == null
                    ? List.of()
                    : reply.stream().map(Response::toInteger).sorted().toList());
  }
}
