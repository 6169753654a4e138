package io.restante.testing;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.restante.mailbox.AckListener;
import io.restante.mailbox.Append;
import io.restante.mailbox.Append.Parcel;
import io.restante.mailbox.AppendResult;
import io.restante.mailbox.EnvelopeId;
import io.restante.mailbox.MailPage;
import io.restante.mailbox.MailboxConfig;
import io.restante.mailbox.RedisMailboxStore;
import io.restante.mailbox.StoredEnvelope;
import io.restante.mailbox.StreamId;
import io.restante.protocol.DeviceAddress;
import io.restante.protocol.Envelope;
import io.restante.protocol.EnvelopeCodec;
import io.restante.protocol.Identity;
import io.restante.protocol.ServiceId;
import io.restante.redis.AccountKeys;
import io.restante.redis.HeldLink;
import io.restante.redis.RedisMetrics;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An account on a real Redis, and its mailboxes as one event loop uses them. */
public final class MailboxBed implements AutoCloseable {
  /** As many as the largest tests need, and a minute. */
  public static final MailboxConfig CONFIG = config(10_000, 64L * 1024 * 1024, 60_000, 256 * 1024);

  private static final long MANY_BYTES_MAX = 64L * 1024 * 1024;

  /** Other limits of what a mailbox holds. */
  public static MailboxConfig config(
      int envelopesMax, long bytesMax, long ttlMs, int messageBytesMax) {
    return new MailboxConfig(
        envelopesMax, bytesMax, ttlMs, messageBytesMax, 100, MANY_BYTES_MAX, 5, 3, 60_000, 4);
  }

  /** How long an idempotency key is remembered. */
  public static final long WINDOW_MS = 60_000;

  // Both at one moment: apart, a time that runs out between them would show a difference.
  private static final String BYTES =
      """
      local sum = 0
      for _, entry in ipairs(redis.call('XRANGE', KEYS[1], '-', '+')) do
        sum = sum + #entry[2][2]
      end
      return {sum, tonumber(redis.call('GET', KEYS[2]) or 0)}
      """;

  private final RedisServerExtension redis;
  private final EventLoop loop;
  private final UUID aci = UUID.randomUUID();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final HeldLink link;
  private final RedisMailboxStore store;

  /** Opens a link of its own. */
  public MailboxBed(RedisServerExtension redis) {
    this(redis, CONFIG);
  }

  /** Opens a link of its own, with other limits. */
  public MailboxBed(RedisServerExtension redis, MailboxConfig config) {
    this.redis = redis;
    this.loop = new EventLoop();
    this.link = loop.await(() -> HeldLink.open(loop.vertx(), redis.config(), RedisMetrics.none()));
    this.store = store(config);
  }

  private MailboxBed(MailboxBed beside) {
    this.redis = beside.redis;
    this.loop = beside.loop;
    this.link = beside.link;
    this.store = beside.store;
  }

  /** Another account on the same link; not to be closed. */
  public MailboxBed another() {
    return new MailboxBed(this);
  }

  /** Other limits on the same link. */
  public RedisMailboxStore store(MailboxConfig config) {
    return new RedisMailboxStore(link, config, WINDOW_MS, meters, AckListener.NONE);
  }

  /** The default limits. */
  public RedisMailboxStore store() {
    return store;
  }

  /** The link. */
  public HeldLink link() {
    return link;
  }

  /** The event loop of the link. */
  public EventLoop loop() {
    return loop;
  }

  /** Where its numbers go. */
  public SimpleMeterRegistry meters() {
    return meters;
  }

  /** The account. */
  public UUID aci() {
    return aci;
  }

  /** Its keys. */
  public AccountKeys names() {
    return AccountKeys.of(aci);
  }

  /** A device of it. */
  public DeviceAddress device(int device) {
    return new DeviceAddress(aci, device);
  }

  /** What a registration or linking leaves; registration ids are 1000 and 2000 + device. */
  public MailboxBed withDevices(int... devices) {
    for (int device : devices) {
      redis.command("HSET", names().account(), "created", 1);
      redis.command("HSET", names().devices(), device, (1000 + device) + ":" + (2000 + device));
    }
    return this;
  }

  /** Runs a step on the loop and awaits it. */
  public <T extends @Nullable Object> T await(Supplier<Future<T>> step) {
    return loop.await(step);
  }

  /** A stored form whose content is this text. */
  public static Buffer stored(String content) {
    return EnvelopeCodec.encodeStored(
        new Envelope(
            6,
            null,
            1,
            Buffer.buffer(content),
            null,
            ServiceId.aci(new UUID(1, 2)),
            false,
            true,
            false));
  }

  /** A stored form of exactly so many bytes. */
  public static Buffer storedOf(int bytes) {
    int overhead = stored("x").length() - 1;
    int more = 0;
    Buffer made = stored("x".repeat(bytes - overhead));
    while (made.length() > bytes) {
      more++;
      made = stored("x".repeat(bytes - overhead - more));
    }
    if (made.length() != bytes) {
      throw new IllegalArgumentException(bytes + " bytes cannot be made");
    }
    return made;
  }

  /** The content of an envelope. */
  public static String content(Buffer wire) {
    return EnvelopeCodec.decode(wire)
        .map(Envelope::content)
        .map(content -> content.toString())
        .orElseThrow();
  }

  /** A send of one text to these devices. */
  public Append send(String content, int... devices) {
    List<Parcel> parcels = new ArrayList<>();
    for (int device : devices) {
      parcels.add(new Parcel(device, 1000 + device, stored(content)));
    }
    return new Append(aci, Identity.ACI, true, 0, false, parcels, null);
  }

  /** Appends and awaits. */
  public AppendResult append(Append append) {
    return await(() -> store.append(append));
  }

  /** Appends texts to device 1, which must be the only one; their ids. */
  public List<EnvelopeId> appendAll(String... contents) {
    List<EnvelopeId> ids = new ArrayList<>();
    for (String content : contents) {
      if (append(send(content, 1)) instanceof AppendResult.Taken taken) {
        EnvelopeId id = taken.parcels().get(0).id();
        if (id != null) {
          ids.add(id);
        }
      }
    }
    return ids;
  }

  /** All that waits for a device. */
  public List<StoredEnvelope> waiting(int device) {
    List<StoredEnvelope> all = new ArrayList<>();
    StreamId after = StreamId.START;
    while (true) {
      StreamId from = after;
      MailPage some = await(() -> store.read(device(device), from, 100));
      all.addAll(some.envelopes());
      if (!some.more()) {
        return all;
      }
      after = all.get(all.size() - 1).place();
    }
  }

  /** The contents of all that waits for a device. */
  public List<String> contents(int device) {
    return waiting(device).stream().map(envelope -> content(envelope.bytes())).toList();
  }

  /** What the entries of a mailbox sum up to, and what its counter says. */
  public List<?> bytesTrueAndCounted(int device) {
    Object reply = redis.command("EVAL", BYTES, 2, names().mail(device), names().mailBytes(device));
    return reply instanceof List<?> both ? both : List.of();
  }

  @Override
  public void close() {
    loop.await(link::close);
    loop.close();
  }
}
