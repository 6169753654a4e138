package io.restante.faults;

import io.restante.testing.EventLoop;
import io.restante.testing.RedisProcess;
import io.restante.testing.RespSocket;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Notes when a Redis stood still for long, or this process: because a fault froze it, or because
 * the machine or its disk did. Gateways refuse requests then, and a primary may be succeeded, as
 * they should.
 */
final class Standstills implements AutoCloseable {
  private static final int PULSE_MS = 100;

  /** Less than what anybody waits for a Redis, be it a gateway, a Sentinel or another node. */
  private static final long STILL_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final Curtain watching = new Curtain();
  private final Map<RedisProcess, AtomicLong> pulses = new ConcurrentHashMap<>();
  private final Queue<Standstill> noted = new ConcurrentLinkedQueue<>();

  /** Watches these from now on, whether they run or not, and no others. */
  void watch(List<RedisProcess> nodes) {
    pulses.keySet().retainAll(nodes);
    for (RedisProcess node : nodes) {
      if (pulses.putIfAbsent(node, new AtomicLong()) == null) {
        CompletableFuture<Void> unused = Actor.start(() -> watch(node));
      }
    }
  }

  /** What was noted since this was last asked, also what goes on until now. */
  List<Standstill> take() {
    // One may be under way, and the next one tells.
    Map<RedisProcess, Long> after = new HashMap<>();
    pulses.forEach((node, count) -> after.put(node, count.get() + 2));
    after.forEach((node, count) -> EventLoop.until("a pulse", () -> pulses(node) >= count));
    List<Standstill> taken = new ArrayList<>();
    for (Standstill each = noted.poll(); each != null; each = noted.poll()) {
      taken.add(each);
    }
    return taken;
  }

  private void watch(RedisProcess node) {
    long before = System.nanoTime();
    while (isWatched(node)) {
      try (RespSocket socket = node.connect()) {
        while (isWatched(node)) {
          socket.command("PING");
          before = pause(node, before);
        }
      } catch (IOException | IllegalStateException e) {
        // It was killed, or it loads what it had: that is no standstill.
        before = pause(node, before);
      }
    }
  }

  private long pulses(RedisProcess node) {
    AtomicLong count = pulses.get(node);
    return count == null ? Long.MAX_VALUE : count.get();
  }

  private boolean isWatched(RedisProcess node) {
    return watching.isUp() && pulses.containsKey(node);
  }

  private long pause(RedisProcess node, long before) {
    watching.pause(PULSE_MS);
    long now = System.nanoTime();
    long lateNanos = now - before - TimeUnit.MILLISECONDS.toNanos(PULSE_MS);
    if (lateNanos >= STILL_NANOS) {
      long ms = TimeUnit.NANOSECONDS.toMillis(lateNanos);
      noted.add(new Standstill("no answer at " + node.port() + " for " + ms + " ms", before, now));
    }
    AtomicLong count = pulses.get(node);
    if (count != null) {
      count.incrementAndGet();
    }
    return now;
  }

  @Override
  public void close() {
    watching.fall();
  }
}
