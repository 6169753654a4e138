package io.restante.push;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.restante.limit.Rate;
import io.restante.mailbox.EnvelopeId;
import io.restante.protocol.DeviceAddress;
import io.restante.redis.AccountKeys;
import io.restante.redis.LookupKeys;
import io.restante.testing.MailboxBed;
import io.restante.testing.RedisServerExtension;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A device with a token on a real Redis, and a provider that a test answers for. */
final class PushBed implements AutoCloseable {
  static final String TOKEN = "a token";

  /** Longer than any test: a gateway that stands still for seconds loses nothing to another. */
  private static final int LEASE_MS = 60_000;

  /** Nothing waits long but for its lease, and a device gets three pushes. */
  static final PushConfig CONFIG = config(Rate.every(3, 60_000), 60_000);

  static PushConfig config(Rate budget, int quietIntervalMs) {
    return config(budget, quietIntervalMs, 8);
  }

  static PushConfig config(Rate budget, int quietIntervalMs, int inFlightMax) {
    return new PushConfig(
        PushConfig.Inline.FITS, 300, 200, quietIntervalMs, budget, inFlightMax, LEASE_MS);
  }

  /** A provider: notes what it is sent, and answers as it is told. */
  static final class Stub implements PushSender {
    final List<Push> sent = new CopyOnWriteArrayList<>();
    volatile Function<Push, Future<PushOutcome>> answer =
        push -> Future.succeededFuture(new PushOutcome.Accepted());

    @Override
    public int envelopeBytesMax() {
      return 200;
    }

    @Override
    public Future<PushOutcome> send(Push push) {
      sent.add(push);
      return answer.apply(push);
    }

    @Override
    public void close() {}

    /** The contents of what was sent, "-" for what only woke. */
    List<String> contents() {
      return sent.stream()
          .map(Push::envelope)
          .map(envelope -> envelope == null ? "-" : MailboxBed.content(envelope))
          .toList();
    }
  }

  final MailboxBed mail;
  final Stub provider = new Stub();
  final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  final PushMeters meters = new PushMeters(registry);
  private final RedisServerExtension redis;
  private final List<PushWorker> workers = new ArrayList<>();

  PushBed(RedisServerExtension redis) {
    this.redis = redis;
    this.mail = new MailboxBed(redis);
  }

  /** Device 1, which told its token long ago. */
  void register() {
    mail.withDevices(1);
    redis.command("HSET", mail.names().device(1), "created", 1, "fetches", 0, "gcm", TOKEN);
  }

  PushQueue queue() {
    return new PushQueue(mail.link());
  }

  /** A gateway's worker; it looks at all shards within five seconds of its start. */
  PushWorker work(PushConfig config) {
    return work(config, Map.of(Provider.FCM, provider));
  }

  /** The same with other providers. */
  PushWorker work(PushConfig config, Map<Provider, PushSender> senders) {
    PushWorker worker =
        mail.loop()
            .call(
                () ->
                    new PushWorker(
                        mail.loop().vertx(), mail.link(), config, senders, 60_000, meters));
    workers.add(worker);
    return worker;
  }

  /** What an event loop of that gateway owes. */
  QueuedPushes pushes(PushWorker worker, PushConfig config) {
    return new QueuedPushes(mail.link(), worker, config, meters);
  }

  OwedPush envelope(EnvelopeId id) {
    return OwedPush.of(mail.device(1), id);
  }

  OwedPush word(OwedPush.Kind kind) {
    return OwedPush.word(mail.device(1), kind);
  }

  /** Word for a device that nobody else has, in the shard of this number. */
  OwedPush wordInShard(int number) {
    UUID aci = UUID.randomUUID();
    while (PushQueue.shardOf(aci) != number % PushQueue.SHARDS) {
      aci = UUID.randomUUID();
    }
    redis.command("HSET", AccountKeys.of(aci).device(1), "created", 1, "gcm", TOKEN);
    return OwedPush.word(new DeviceAddress(aci, 1), OwedPush.Kind.STOCK);
  }

  /** What is owed by now, as it stands in Redis. */
  List<OwedPush> owed() {
    Object members = redis.command("ZRANGE", key(), 0, -1);
    List<OwedPush> owed = new ArrayList<>();
    if (members instanceof List<?> texts) {
      texts.forEach(text -> owed.add(OwedPush.parse(text.toString())));
    }
    return owed;
  }

  String key() {
    return LookupKeys.pushesDue(PushQueue.shardOf(mail.aci()));
  }

  @Nullable Object device(String field) {
    return redis.command("HGET", mail.names().device(1), field);
  }

  double count(String name, String... tags) {
    return registry.get(name).tags(tags).counter().count();
  }

  @Override
  public void close() {
    mail.loop()
        .call(
            () -> {
              workers.forEach(PushWorker::close);
              return true;
            });
    mail.close();
  }
}
