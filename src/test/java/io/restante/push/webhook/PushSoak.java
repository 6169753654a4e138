package io.restante.push.webhook;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.restante.limit.Rate;
import io.restante.mailbox.EnvelopeId;
import io.restante.push.OwedPush;
import io.restante.push.Provider;
import io.restante.push.PushConfig;
import io.restante.push.PushMeters;
import io.restante.push.PushWorker;
import io.restante.push.Pushes.When;
import io.restante.push.QueuedPushes;
import io.restante.testing.EventLoop;
import io.restante.testing.HttpStub;
import io.restante.testing.MailboxBed;
import io.restante.testing.RedisServerExtension;
import io.restante.testing.Seeded;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Many pushes to a provider that answers slowly, wrongly, not at all, or with 429: all of them
 * arrive, nothing of them stays, and every envelope is in its mailbox still.
 */
final class PushSoak implements AutoCloseable {
  private static final int ENVELOPES_EACH = 50;
  private static final int CONTENT_BYTES = 1_000;
  private static final PushConfig CONFIG =
      new PushConfig(PushConfig.Inline.FITS, 100, 100, 60_000, Rate.every(10_000, 10), 64, 5_000);

  /** What a soak found. */
  record Outcome(
      int owed,
      int arrived,
      int posts,
      int stored,
      int owedStill,
      double seconds,
      double loopCpuMicros,
      long heapGrowthBytes) {
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "pushes=%d arrived=%d posts=%d in mailboxes=%d owed still=%d"
              + " per second=%.0f CPU of the event loop each=%.0f µs heap grew by=%d KiB",
          owed,
          arrived,
          posts,
          stored,
          owedStill,
          arrived / seconds,
          loopCpuMicros,
          heapGrowthBytes / 1_024);
    }
  }

  private final RedisServerExtension redis;
  private final Random random;
  private final EventLoop provider = new EventLoop();
  private final MailboxBed first;
  private final List<MailboxBed> accounts = new ArrayList<>();
  private final Set<UUID> arrived = new HashSet<>();
  private int posts;

  PushSoak(RedisServerExtension redis, Random random) {
    this.redis = redis;
    this.random = random;
    // Long enough that nothing expires meanwhile.
    this.first =
        new MailboxBed(
            redis, MailboxBed.config(ENVELOPES_EACH, 64L * 1024 * 1024, 3_600_000, 256 * 1024));
  }

  /** Answers as a provider does on a bad day; on the provider's event loop. */
  private void take(HttpServerRequest request, JsonObject push) {
    posts++;
    int die = random.nextInt(100);
    if (die < 5) {
      request.response().setStatusCode(429).putHeader("Retry-After", "1").end();
    } else if (die < 9) {
      request.response().setStatusCode(503).end("no JSON");
    } else if (die < 11) {
      request.connection().close();
    } else if (die < 12) {
      // Never answered.
      return;
    } else {
      String one = push.getString("aci") + push.getString("envelope");
      arrived.add(UUID.nameUUIDFromBytes(one.getBytes(StandardCharsets.US_ASCII)));
      long pauseMs = die < 20 ? 1 + random.nextInt(200) : 0;
      if (pauseMs == 0) {
        request.response().end();
      } else {
        provider.vertx().setTimer(pauseMs, id -> request.response().end());
      }
    }
  }

  private WebhookConfig webhook() {
    String url =
        new HttpStub(provider, (request, body) -> take(request, body.toJsonObject())).url();
    return new WebhookConfig(url, "shared with the operator", 1_000, 64, 10_000);
  }

  private PushWorker worker(PushMeters meters) {
    WebhookConfig webhook = webhook();
    return first
        .loop()
        .call(
            () ->
                new PushWorker(
                    first.loop().vertx(),
                    first.link(),
                    CONFIG,
                    Map.of(Provider.WEBHOOK, WebhookSender.open(first.loop().vertx(), webhook)),
                    3_600_000,
                    meters));
  }

  Outcome run(int pushes) {
    PushMeters meters = new PushMeters(new SimpleMeterRegistry());
    PushWorker worker = worker(meters);
    QueuedPushes queued = new QueuedPushes(first.link(), worker, CONFIG, meters);
    long heapBefore = heapBytes();
    long cpuBefore = loopCpuNanos();
    long begin = System.nanoTime();
    int owed = 0;
    String content = "x".repeat(CONTENT_BYTES);
    while (owed < pushes) {
      owed += sendSome(queued, content, Math.min(ENVELOPES_EACH, pushes - owed));
    }
    int all = owed;
    awaitArrived(all);
    double seconds = (System.nanoTime() - begin) / 1e9;
    double cpuMicros = (loopCpuNanos() - cpuBefore) / 1e3 / all;
    first
        .loop()
        .call(
            () -> {
              worker.close();
              return true;
            });
    return new Outcome(
        all,
        arrived(),
        posts(),
        stored(),
        owedStill(),
        seconds,
        cpuMicros,
        heapBytes() - heapBefore);
  }

  /** A further account with mail for its device, each of which is owed a push. */
  private int sendSome(QueuedPushes queued, String content, int count) {
    MailboxBed account = first.another();
    accounts.add(account);
    account.withDevices(1);
    redis.command("HSET", account.names().device(1), "created", 1, "fetches", 0);
    for (int i = 0; i < count; i++) {
      EnvelopeId id = account.appendAll(i + content).get(0);
      OwedPush push = OwedPush.of(account.device(1), id);
      account.await(() -> queued.owe(List.of(push), When.NOW));
    }
    return count;
  }

  private void awaitArrived(int all) {
    while (arrived() < all || owedStill() > 0) {
      int before = owedStill();
      EventLoop.until("fewer are owed", () -> owedStill() < before);
    }
  }

  private int arrived() {
    return provider.call(arrived::size);
  }

  private int posts() {
    return provider.call(() -> posts);
  }

  private int stored() {
    int stored = 0;
    for (MailboxBed account : accounts) {
      stored += number(redis.command("XLEN", account.names().mail(1)));
    }
    return stored;
  }

  private int owedStill() {
    int owed = 0;
    if (redis.command("KEYS", "{push:*}:due") instanceof List<?> keys) {
      for (Object key : keys) {
        owed += number(redis.command("ZCARD", key));
      }
    }
    return owed;
  }

  private static int number(@Nullable Object reply) {
    return reply instanceof Long number ? number.intValue() : 0;
  }

  private long loopCpuNanos() {
    long thread = first.loop().call(() -> Thread.currentThread().getId());
    return ManagementFactory.getThreadMXBean().getThreadCpuTime(thread);
  }

  private static long heapBytes() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  @Override
  public void close() {
    first.close();
    provider.close();
  }

  /** The long form: how many pushes, 100,000 where nothing is said. */
  public static void main(String[] args) {
    int pushes = args.length == 0 ? 100_000 : Integer.parseInt(args[0]);
    try (RedisServerExtension redis = RedisServerExtension.started();
        PushSoak soak = new PushSoak(redis, Seeded.random("PushSoak"))) {
      System.out.println(soak.run(pushes));
    }
  }
}
