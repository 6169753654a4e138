package io.restante.redis;

import io.restante.protocol.GatewayException;
import io.restante.testing.EventLoop;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Commands that show when they were run twice: pushes of entries that are all different, and pops,
 * on lists in many slots, some at a time. Its state is used on the loop.
 */
final class OnceLoad {
  private static final int IN_FLIGHT = 16;
  private static final int PAUSE_MS = 5;

  private final EventLoop loop;
  private final RedisLink link;
  private final boolean pops;
  private final List<String> lists;
  private final Random random = new Random(7);
  private final Set<String> pushed = new HashSet<>();
  private final List<String> popped = new ArrayList<>();
  private final List<Throwable> strange = new ArrayList<>();
  private boolean running;
  private int inFlight;
  private int next;
  private long answered;
  private long refused;

  /**
   * Prepares.
   *
   * @param pops whether it pops as well: a failover that loses a pop brings an entry back, which
   *     looks the same as one that was pushed twice
   */
  OnceLoad(EventLoop loop, RedisLink link, int lists, boolean pops) {
    this.loop = loop;
    this.link = link;
    this.pops = pops;
    this.lists =
        IntStream.range(0, lists).mapToObj(i -> "{" + i + "}:list").collect(Collectors.toList());
  }

  void start() {
    loop.call(
        () -> {
          running = true;
          IntStream.range(inFlight, IN_FLIGHT).forEach(i -> step());
          return running;
        });
  }

  /** Ends it and awaits what is in flight. */
  void stop() {
    loop.call(() -> running = false);
    EventLoop.until("nothing is in flight", () -> loop.call(() -> inFlight == 0));
  }

  /** Awaits so many further answers, to see that it works. */
  void awaitProgress(int answers) {
    long before = answered();
    EventLoop.until(answers + " answers", () -> answered() >= before + answers);
  }

  /** Entries that are more than once in what was popped and what the lists hold now. */
  Set<String> twice() {
    Set<String> seen = new HashSet<>();
    return all().stream().filter(entry -> !seen.add(entry)).collect(Collectors.toSet());
  }

  /** Entries whose push was answered and which are nowhere. */
  Set<String> lost() {
    Set<String> lost = new HashSet<>(loop.call(() -> pushed));
    all().forEach(lost::remove);
    return lost;
  }

  /** Failures other than the one that says that Redis is not to be had. */
  List<Throwable> strange() {
    return loop.call(() -> List.copyOf(strange));
  }

  long answered() {
    return loop.call(() -> answered);
  }

  long refused() {
    return loop.call(() -> refused);
  }

  private List<String> all() {
    List<String> all = new ArrayList<>(loop.call(() -> popped));
    for (String list : lists) {
      Response rest =
          loop.await(() -> link.send(list, Request.cmd(Command.LRANGE).arg(list).arg(0).arg(-1)));
      Objects.requireNonNull(rest).forEach(entry -> all.add(entry.toString()));
    }
    return all;
  }

  private void step() {
    inFlight++;
    String list = lists.get(random.nextInt(lists.size()));
    if (!link.isUsable(list)) {
      done(Future.failedFuture(GatewayException.redisUnavailable("not usable")));
    } else if (pops && random.nextBoolean()) {
      Future<@Nullable Response> pop = link.send(list, Request.cmd(Command.LPOP).arg(list));
      done(pop.onSuccess(entry -> popped.addAll(entry == null ? List.of() : List.of(entry + ""))));
    } else {
      String entry = list + next++;
      done(
          link.send(list, Request.cmd(Command.RPUSH).arg(list).arg(entry))
              .onSuccess(length -> pushed.add(entry)));
    }
  }

  private void done(Future<@Nullable Response> sent) {
    sent.onComplete(
        (reply, failure) -> {
          if (failure == null) {
            answered++;
            again();
            return;
          }
          refused++;
          if (!(failure instanceof GatewayException)) {
            strange.add(failure);
          }
          loop.vertx().setTimer(PAUSE_MS, id -> again());
        });
  }

  private void again() {
    inFlight--;
    if (running) {
      step();
    }
  }
}
