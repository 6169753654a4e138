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

  /** For so long at least, and this part of a start's time, most Sentinels are awaited in it. */
  private static final int PATIENCE_MS_MIN = 500;

  private static final int PATIENCE_PART = 10;
  private static final int LOOK_MS = 50;

  private final Vertx vertx;
  private final RedisConfig config;
  private final SentinelViews views;
  private final List<HeldConnection> sentinels = new ArrayList<>();
  private final List<Consumer<RedisUrl>> listeners = new ArrayList<>();
  private final boolean[] strangers;
  private final long patientUntilNanos;
  private long timer = -1;
  private boolean closed;

  private SentinelWatch(Vertx vertx, RedisConfig config, RedisMetrics metrics) {
    this.vertx = vertx;
    this.config = config;
    this.views = new SentinelViews(config.urls().size());
    this.strangers = new boolean[config.urls().size()];
    int patienceMs = Math.max(PATIENCE_MS_MIN, config.startTimeoutMs() / PATIENCE_PART);
    this.patientUntilNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(patienceMs);
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
    // Whoever waits is told by onMove as soon as it is known.
    return isPatient() && !allRefuse()
        ? vertx.timer(LOOK_MS).compose(late -> find())
        : Future.failedFuture(whyUnknown());
  }

  private boolean isPatient() {
    return System.nanoTime() - patientUntilNanos < 0;
  }

  /** Such as for a wrong password: nothing will come of asking again. */
  private boolean allRefuse() {
    return sentinels.stream().allMatch(HeldConnection::isRefused);
  }

  private RuntimeException whyUnknown() {
    if (isUnknown()) {
      return new RedisStartException(
          "redis.sentinel.master: "
              + config.sentinel().master()
              + " is known to no Sentinel (expected: a name that they watch)");
    }
    String why =
        "redis.urls: "
            + views.telling()
            + " of "
            + sentinels.size()
            + " Sentinels answer"
            + trouble();
    return allRefuse() ? new RedisStartException(why) : new IllegalStateException(why);
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
        .settle(!isPatient())
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
