package io.restante.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.restante.protocol.GatewayException;
import io.restante.protocol.Identity;
import io.restante.redis.RedisConfig.Durability;
import io.restante.redis.RedisConfig.Mode;
import io.restante.testing.EventLoop;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Callers on two event loops of one gateway who pop from pools of many accounts, each asking again
 * as soon as it is answered or refused. Every answer is recorded; none may come twice.
 */
final class PopsLoad implements AutoCloseable {
  private static final int CALLERS = 16;
  private static final int PAUSE_MS = 5;

  /** Once half of the entries are gone: the others last for minutes, whatever is awaited. */
  private static final int SPARING_PAUSE_MS = 400;

  private static final int ACCOUNTS = 20;
  private static final int KEYS = 2_000;

  /** Where a primary or replicas are frozen or away; longer than a disk takes for a write. */
  private static final int TIMEOUT_MS = 3_000;

  private static final int ROUND_MS_MAX = 1_000;
  private static final int START_MS_MAX = 60_000;

  private final List<EventLoop> loops = List.of(new EventLoop(), new EventLoop());
  private final List<HeldLink> links;
  private final List<String> pools;
  private final Queue<String> answers = new ConcurrentLinkedQueue<>();
  private final Queue<Throwable> strange = new ConcurrentLinkedQueue<>();
  private final AtomicInteger answered = new AtomicInteger();
  private final AtomicInteger callers = new AtomicInteger();
  private volatile boolean running = true;

  /** What puts entries into a list, at its primary. */
  interface Fill {
    /** Runs a command in the slot of this key. */
    void command(String key, Object... words);
  }

  /**
   * Fills the pools with entries that are all different, and opens the links.
   *
   * @param urls with commas between
   */
  PopsLoad(Mode mode, String urls, Fill fill) {
    RedisConfig config =
        RedisConfig.of(
                mode,
                Arrays.stream(urls.split(",", -1)).map(RedisUrl::parse).toList(),
                Set.of(Durability.REPLICAS))
            .withLimits(TIMEOUT_MS, 1_024)
            .withStartTimeout(START_MS_MAX)
            .with(new ReplicationConfig(ReplicationConfig.ALL, ROUND_MS_MAX, 0));
    RedisMetrics metrics = RedisMetrics.none();
    pools =
        IntStream.range(0, ACCOUNTS)
            .mapToObj(i -> AccountKeys.of(new UUID(4, i)).pool(Identity.ACI, "ec", 1))
            .collect(Collectors.toList());
    for (String pool : pools) {
      Object[] push =
          Stream.concat(
                  Stream.of("RPUSH", pool), IntStream.range(0, KEYS).mapToObj(i -> pool + ":" + i))
              .toArray();
      fill.command(pool, push);
    }
    LossGuard guard = new LossGuard(config, metrics);
    links =
        loops.stream()
            .map(loop -> loop.await(() -> HeldLink.open(loop.vertx(), config, metrics, guard)))
            .collect(Collectors.toList());
  }

  /** Begins. */
  void start() {
    for (int i = 0; i < loops.size(); i++) {
      EventLoop loop = loops.get(i);
      HeldLink link = links.get(i);
      loop.call(
          () -> {
            for (int caller = 0; caller < CALLERS; caller++) {
              callers.incrementAndGet();
              ask(loop, link, caller);
            }
            return running;
          });
    }
  }

  private void ask(EventLoop loop, HeldLink link, int turn) {
    if (!running) {
      callers.decrementAndGet();
      return;
    }
    String pool = pools.get(turn % pools.size());
    if (!link.isUsable(pool)) {
      later(loop, link, turn + 1);
      return;
    }
    link.send(pool, Request.cmd(Command.LPOP).arg(pool))
        .onComplete(
            (entry, failure) -> {
              if (entry != null) {
                answers.add(entry.toString());
                answered.incrementAndGet();
              } else if (failure != null && !(failure instanceof GatewayException)) {
                strange.add(failure);
              }
              later(loop, link, turn + 7);
            });
  }

  private void later(EventLoop loop, HeldLink link, int turn) {
    boolean isSparing = answered.get() > ACCOUNTS * KEYS / 2;
    loop.vertx().setTimer(isSparing ? SPARING_PAUSE_MS : PAUSE_MS, id -> ask(loop, link, turn));
  }

  /** Awaits so many further answers. */
  void awaitAnswers(int more) {
    int before = answered.get();
    EventLoop.until(more + " answers", () -> answered.get() >= before + more);
  }

  /** Awaits so many further answers from this pool. */
  void awaitAnswersOf(String pool, int more) {
    long before = answersOf(pool);
    EventLoop.until(more + " answers of a pool", () -> answersOf(pool) >= before + more);
  }

  private long answersOf(String pool) {
    return answers.stream().filter(entry -> entry.startsWith(pool)).count();
  }

  /**
   * Awaits further answers, ends it, and demands that no entry was answered more than once and that
   * nothing failed otherwise than as Redis was not to be had.
   */
  void settle() {
    awaitAnswers(300);
    running = false;
    EventLoop.until("nothing is in flight", () -> callers.get() == 0);
    List<String> twice = new ArrayList<>(answers);
    answers.stream().distinct().forEach(twice::remove);
    assertEquals(List.of(), List.copyOf(strange));
    assertEquals(List.of(), twice);
  }

  @Override
  public void close() {
    for (int i = 0; i < loops.size(); i++) {
      loops.get(i).await(links.get(i)::close);
      loops.get(i).close();
    }
  }
}
