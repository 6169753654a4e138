package io.restante.mailbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.restante.mailbox.Append.Parcel;
import io.restante.protocol.DeviceAddress;
import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.restante.protocol.Identity;
import io.restante.redis.RedisLink;
import io.restante.redis.RedisScript;
import io.restante.testing.EventLoop;
import io.restante.testing.MailboxBed;
import io.restante.testing.RedisServerExtension;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What reads of large mailboxes have on the way at once over the link that all else shares. */
class MailReadsIT {
  private static final int LARGE_BYTES = 256 * 1024;
  private static final int LARGE = 12;
  private static final int POLLS = 31;

  @RegisterExtension static final RedisServerExtension redis = new RedisServerExtension();

  private final MailboxBed bed = new MailboxBed(redis);
  private final Scale scale = new Scale(bed.link());
  private final RedisMailboxStore store =
      new RedisMailboxStore(
          scale,
          MailboxBed.CONFIG,
          MailboxBed.WINDOW_MS,
          new SimpleMeterRegistry(),
          AckListener.NONE);

  /** Weighs replies: those of commands that were on their way at the same time count together. */
  private static final class Scale implements RedisLink {
    private record Weighed(int sent, int answered, long bytes) {}

    private final RedisLink real;
    private final List<Weighed> replies = new ArrayList<>();
    private int moment;

    Scale(RedisLink real) {
      this.real = real;
    }

    private Future<@Nullable Response> weigh(Future<@Nullable Response> reply) {
      int sent = moment++;
      return reply.onSuccess(got -> replies.add(new Weighed(sent, moment++, bytesOf(got))));
    }

    private static long bytesOf(@Nullable Response reply) {
      if (reply == null) {
        return 0;
      }
      return reply.type() == ResponseType.MULTI
          ? reply.stream().mapToLong(Scale::bytesOf).sum()
          : reply.toBuffer().length();
    }

    /** The bytes of the heaviest moment. */
    long heaviest() {
      return replies.stream()
          .mapToLong(
              at ->
                  replies.stream()
                      .filter(other -> other.sent <= at.sent && at.sent < other.answered)
                      .mapToLong(Weighed::bytes)
                      .sum())
          .max()
          .orElse(0);
    }

    long longest() {
      return replies.stream().mapToLong(Weighed::bytes).max().orElse(0);
    }

    @Override
    public Future<@Nullable Response> send(String routingKey, Request request) {
      return weigh(real.send(routingKey, request));
    }

    @Override
    public Future<@Nullable Response> run(
        RedisScript script, List<String> keys, List<Object> args) {
      return weigh(real.run(script, keys, args));
    }

    @Override
    public boolean isUsable() {
      return real.isUsable();
    }
  }

  @AfterEach
  void close() {
    bed.close();
  }

  private static void fill(MailboxBed mailbox) {
    mailbox.withDevices(1);
    Buffer stored = MailboxBed.storedOf(LARGE_BYTES);
    for (int i = 0; i < LARGE; i++) {
      mailbox.append(
          new Append(
              mailbox.aci(),
              Identity.ACI,
              true,
              0,
              false,
              List.of(new Parcel(1, 1001, stored)),
              null));
    }
  }

  @Test
  void pollsOfOneMailboxGoOneAfterTheOtherAndTooManyAreRefused() {
    fill(bed);
    List<Future<MailPage>> polls =
        bed.loop()
            .call(
                () ->
                    Stream.generate(() -> store.page(bed.device(1), 100, 4L * 1024 * 1024))
                        .limit(POLLS)
                        .toList());
    EventLoop.until("all end", () -> polls.stream().allMatch(Future::isComplete));
    int taken = MailboxBed.CONFIG.pollsMax();
    assertTrue(polls.stream().limit(taken).allMatch(Future::succeeded));
    for (Future<MailPage> refused : polls.subList(taken, POLLS)) {
      assertEquals(ErrorCode.RATE_LIMITED, codeOf(refused));
    }
    assertEquals(LARGE, polls.get(0).result().envelopes().size());
    // One read ends with the envelope that reaches its bytes.
    assertTrue(scale.longest() < EnvelopeReads.BYTES_MAX + 2 * LARGE_BYTES, "" + scale.longest());
    assertTrue(scale.heaviest() < EnvelopeReads.BYTES_MAX + 2 * LARGE_BYTES);
  }

  private static @Nullable ErrorCode codeOf(Future<?> failed) {
    return failed.cause() instanceof GatewayException refusal ? refusal.code() : null;
  }

  @Test
  void whatSessionsAndPollsOfManyMailboxesReadAtOnceIsNeverMuch() {
    List<DeviceAddress> owners = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      MailboxBed mailbox = bed.another();
      fill(mailbox);
      owners.add(mailbox.device(1));
    }
    // What a reply may weigh is known from the first on.
    bed.await(() -> store.read(owners.get(0), StreamId.START, 100));
    List<Future<?>> reads =
        bed.loop()
            .call(
                () -> {
                  List<Future<?>> all = new ArrayList<>();
                  for (DeviceAddress owner : owners) {
                    all.add(store.read(owner, StreamId.START, 100));
                    all.add(store.page(owner, 100, 4L * 1024 * 1024));
                    all.add(store.remove(owner, "+15550100", 5));
                  }
                  return all;
                });
    EventLoop.result(Future.all(reads));
    // The ends of mailboxes are short, after which somewhat more is dared.
    long allowed = 2 * ReadLane.BYTES_MAX;
    assertTrue(scale.heaviest() <= allowed, scale.heaviest() + " bytes");
  }
}
