package io.restante.redis;

import io.restante.redis.SentinelViews.View;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks all Sentinels about each second where the primary is, over one held connection to each. What
 * holds a connection to the primary of before is told at once. While no Sentinel answers the
 * primary is where it was.
 *
 * <p>Source: <a href="https://redis.io/docs/latest/develop/reference/sentinel-clients/">Guidelines
 * for Redis clients with support for Redis Sentinel</a>. That what answers there is a primary is
 * checked by {@link RedisDialer}.
 */
final class SentinelWatch implements Whereabouts {
  private static final Logger LOG = LoggerFactory.getLogger(SentinelWatch.class);
  private static final int POLL_MIN_MS = 800;
  private static final int POLL_MAX_MS = 1_200;

  /** For so long most Sentinels are awaited at the start. */
  private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final Vertx vertx;
  private final RedisConfig config;
  private final SentinelViews views;
  private final List<HeldConnection> sentinels = new ArrayList<>();
  private final List<Consumer<RedisUrl>> listeners = new ArrayList<>();
  private final boolean[] strangers;
  private final long openedNanos = System.nanoTime();
  private long timer = -1;
  private boolean closed;

  private SentinelWatch(Vertx vertx, RedisConfig config, RedisMetrics metrics) {
    this.vertx = vertx;
    this.config = config;
    this.views = new SentinelViews(config.urls().size());
    this.strangers = new boolean[config.urls().size()];
    for (int i = 0; i < config.urls().size(); i++) {
      int number = i;
      sentinels.add(
          HeldConnection.toSentinel(
              vertx,
              config,
              Whereabouts.fixed(login(config.urls().get(i))),
              "sentinel",
              metrics,
              fresh -> ask(number),
              () -> views.tell(number, null)));
    }
  }

  /** Begins to watch, on the current event loop. */
  static SentinelWatch open(Vertx vertx, RedisConfig config, RedisMetrics metrics) {
    SentinelWatch watch = new SentinelWatch(vertx, config, metrics);
    watch.sentinels.forEach(HeldConnection::keep);
    watch.pollLater();
    return watch;
  }

  @Override
  public Future<RedisUrl> find() {
    settle();
    View view = views.believed();
    if (view != null) {
      return Future.succeededFuture(url(view));
    }
    long leftMs = TimeUnit.NANOSECONDS.toMillis(openedNanos + PATIENCE_NANOS - System.nanoTime());
    // Whoever waits is told by onMove as soon as it is known.
    return leftMs > 0
        ? vertx.timer(leftMs + 1).compose(late -> find())
        : Future.failedFuture(whyUnknown());
  }

  private RuntimeException whyUnknown() {
    return isUnknown()
        ? new RedisStartException(
            "redis.sentinel.master: "
                + config.sentinel().master()
                + " is known to no Sentinel (expected: a name that they watch)")
        : new IllegalStateException(
            "redis.urls: "
                + views.telling()
                + " of "
                + sentinels.size()
                + " Sentinels answer"
                + trouble());
  }

  @Override
  public void onMove(Consumer<RedisUrl> moved) {
    listeners.add(moved);
  }

  /** Ends the connections to the Sentinels. */
  Future<Void> close() {
    closed = true;
    vertx.cancelTimer(timer);
    return Future.join(sentinels.stream().map(HeldConnection::close).toList()).mapEmpty();
  }

  /** Sentinels have a password of their own, no users by default, and no databases. */
  private RedisUrl login(RedisUrl url) {
    return new RedisUrl(url.host(), url.port(), url.tls(), null, config.sentinel().password(), 0);
  }

  private RedisUrl url(View view) {
    return config.urls().get(0).at(view.host(), view.port());
  }

  private void pollLater() {
    int pauseMs = ThreadLocalRandom.current().nextInt(POLL_MIN_MS, POLL_MAX_MS);
    timer =
        vertx.setTimer(
            pauseMs,
            id -> {
              for (int i = 0; i < sentinels.size(); i++) {
                ask(i);
              }
              settle();
              if (!closed) {
                pollLater();
              }
            });
  }

  private void ask(int number) {
    RespConnection current = sentinels.get(number).current();
    if (current == null) {
      return;
    }
    long now = System.nanoTime();
    if (now - current.oldestNanos(now) >= TimeUnit.MILLISECONDS.toNanos(config.timeoutMs())) {
      current.close("a Sentinel did not answer in time");
      return;
    }
    current
        .send(Request.cmd(Command.SENTINEL).arg("MASTER").arg(config.sentinel().master()))
        .onComplete(
            (reply, failure) -> {
              strangers[number] = RedisErrors.isError(failure, "ERR");
              views.tell(number, reply == null ? null : view(reply));
              settle();
            });
  }

  private void settle() {
    views
        .settle(System.nanoTime() - openedNanos >= PATIENCE_NANOS)
        .map(this::url)
        .ifPresent(
            url -> {
              LOG.info("redis primary is at {}", url.address());
              listeners.forEach(listener -> listener.accept(url));
            });
  }

  private boolean isUnknown() {
    boolean all = true;
    for (boolean stranger : strangers) {
      all &= stranger;
    }
    return all;
  }

  private String trouble() {
    return sentinels.stream()
        .map(HeldConnection::trouble)
        .filter(trouble -> !trouble.isEmpty())
        .findFirst()
        .map(trouble -> ": " + trouble)
        .orElse("");
  }

  private static @Nullable View view(Response pairs) {
    Map<String, String> fields = new HashMap<>();
    for (int i = 0; i + 1 < pairs.size(); i += 2) {
      fields.put(pairs.get(i).toString(), pairs.get(i + 1).toString());
    }
    String host = fields.get("ip");
    String port = fields.get("port");
    String epoch = fields.get("config-epoch");
    return host == null || host.isEmpty() || port == null || epoch == null
        ? null
        : new View(host, Integer.parseInt(port), Long.parseLong(epoch));
  }
}
