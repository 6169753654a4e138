package io.restante.prekey;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.protocol.DeviceAddress;
import io.restante.protocol.Identity;
import io.restante.testing.EventLoop;
import io.restante.testing.RedisServerExtension;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the watch over pools asks of Redis, and what it announces. */
class StockWatchIT {
  private static final int THRESHOLD = 20;
  private static final Pattern CALLS = Pattern.compile("cmdstat_llen:calls=(\\d+)");

  @RegisterExtension static final RedisServerExtension redis = new RedisServerExtension();

  private final PoolBed bed = new PoolBed(redis);
  private final List<DeviceAddress> announced = new CopyOnWriteArrayList<>();
  private final StockWatch watch =
      new StockWatch(
          bed.loop.vertx(),
          bed.link,
          StockWatch.Shared.of(new LowStockConfig(THRESHOLD, 600_000), System::nanoTime),
          bed.metrics,
          announced::add);

  @AfterEach
  void close() {
    bed.close();
  }

  private void fill(int device, int keys) {
    bed.addDevice(device);
    bed.upload(device, bed.whole(bed.keys.ecs(0, keys), List.of()));
    redis.command("CONFIG", "RESETSTAT");
  }

  /** On the watch's event loop, whose timers run in their order however late they are. */
  private void claimed(int device, Pool pool, PoolOutcome outcome) {
    bed.await(
        () -> {
          watch.onClaimed(bed.device(device), Identity.ACI, pool, outcome);
          return Future.succeededFuture();
        });
  }

  private void awaitFlush() {
    // Behind that of the watch, which was set before.
    bed.await(() -> bed.loop.vertx().timer(StockWatch.FLUSH_MS + 1, TimeUnit.MILLISECONDS));
  }

  /** Answers come in order: these two after that of a pool, and that of its reserve. */
  private void awaitAnswers() {
    awaitFlush();
    bed.await(() -> bed.store.keys(bed.device(1), Identity.ACI));
    bed.await(() -> bed.store.keys(bed.device(1), Identity.ACI));
  }

  private int lengthsAsked() {
    Matcher calls = CALLS.matcher(String.valueOf(redis.command("INFO", "commandstats")));
    return calls.results().mapToInt(each -> Integer.parseInt(each.group(1))).sum();
  }

  @Test
  void claimsOfAMomentAskOnceForEachPool() {
    fill(1, 100);
    List<Runnable> heard = new ArrayList<>();
    ClaimListener later =
        (owner, identity, pool, outcome) ->
            heard.add(() -> watch.onClaimed(owner, identity, pool, outcome));
    PrekeyStore store = new RedisPrekeyStore(bed.link, PoolBed.CONFIG, bed.metrics, later);
    for (int i = 0; i < 50; i++) {
      bed.await(() -> store.claim(bed.target(1), PoolBed.ANYONE));
    }
    // In one moment, however long the claims took.
    bed.await(
        () -> {
          heard.forEach(Runnable::run);
          return Future.succeededFuture();
        });
    awaitAnswers();
    // The last-resort key of the empty other pool is asked for as well: its pool, and its reserve.
    assertTrue(lengthsAsked() <= 3, lengthsAsked() + " lengths for 50 claims");
    assertEquals(1, bed.metrics.of("ec left 50"));
  }

  @Test
  void aPoolFarFromLowIsAskedForAfterAnEighthOfWhatIsLeft() {
    fill(1, 100);
    for (int i = 0; i < 11; i++) {
      claimed(1, Pool.EC, PoolOutcome.ONE_TIME);
      awaitAnswers();
    }
    // 100 are left: 10 claims may pass.
    assertEquals(1, lengthsAsked());
    claimed(1, Pool.EC, PoolOutcome.ONE_TIME);
    awaitAnswers();
    assertEquals(2, lengthsAsked());
  }

  @Test
  void theClaimAfterWhichFewerAreLeftIsAnnouncedOnce() {
    fill(1, THRESHOLD + 1);
    fill(2, THRESHOLD + 1);
    watchedClaim(1);
    assertEquals(List.of(), announced);
    watchedClaim(1);
    watchedClaim(1);
    assertEquals(List.of(bed.device(1)), announced);
    watchedClaim(2);
    watchedClaim(2);
    assertEquals(List.of(bed.device(1), bed.device(2)), announced);
  }

  /** An EC key only: the other pool has a last-resort key and would be low from the first claim. */
  private void watchedClaim(int device) {
    bed.await(() -> bed.store.claim(bed.target(device), PoolBed.ANYONE));
    claimed(device, Pool.EC, PoolOutcome.ONE_TIME);
    awaitAnswers();
  }

  @Test
  void aPoolThatADeviceNeverHadIsNotLow() {
    fill(1, 0);
    claimed(1, Pool.KEM, PoolOutcome.EMPTY);
    awaitAnswers();
    assertEquals(0, lengthsAsked());
    claimed(1, Pool.KEM, PoolOutcome.LAST_RESORT);
    awaitAnswers();
    assertEquals(List.of(bed.device(1)), announced);
  }

  @Test
  void aRedisThatIsAwayIsAskedAgainByTheNextClaim() {
    fill(1, THRESHOLD - 1);
    redis.process().stop();
    claimed(1, Pool.EC, PoolOutcome.ONE_TIME);
    awaitFlush();
    EventLoop.until("the link has noticed", () -> !bed.loop.call(bed.link::isUsable));
    redis.process().start();
    EventLoop.until("the link is back", () -> bed.loop.call(bed.link::isUsable));
    claimed(1, Pool.EC, PoolOutcome.ONE_TIME);
    EventLoop.until("it is announced", () -> !announced.isEmpty());
  }
}
