package io.restante.push.webpush;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;

/**
 * How many pushes go to a host at a time: a slow host keeps its own waiting and nobody else's. Of
 * one event loop. Hosts are bounded by the pushes, as one without any is forgotten.
 */
final class HostSlots {
  private final int inFlightMax;
  private final int hostInFlightMax;
  private final int hostWaitingMax;
  private final Map<String, Host> hosts = new HashMap<>();
  private int inFlight;

  private static final class Host {
    private final Queue<Promise<Void>> waiting = new ArrayDeque<>();
    private int underWay;
  }

  HostSlots(WebPushConfig config) {
    this.inFlightMax = config.inFlightMax();
    this.hostInFlightMax = config.hostInFlightMax();
    this.hostWaitingMax = config.hostWaitingMax();
  }

  /**
   * Asks for a place, to be given back by {@link #leave}.
   *
   * @return completes when it is there, which may be at once; empty where too many have one or wait
   */
  Optional<Future<Void>> enter(String name) {
    if (inFlight >= inFlightMax) {
      return Optional.empty();
    }
    Host host = hosts.computeIfAbsent(name, absent -> new Host());
    if (host.underWay < hostInFlightMax) {
      inFlight++;
      host.underWay++;
      return Optional.of(Future.succeededFuture());
    }
    if (host.waiting.size() >= hostWaitingMax) {
      return Optional.empty();
    }
    inFlight++;
    Promise<Void> turn = Promise.promise();
    host.waiting.add(turn);
    return Optional.of(turn.future());
  }

  /** Gives a place back, to the next that waits for this host. */
  void leave(String name) {
    Host host = hosts.get(name);
    if (host == null || host.underWay == 0) {
      throw new IllegalStateException("a place that nobody has is given back");
    }
    inFlight--;
    Promise<Void> next = host.waiting.poll();
    if (next != null) {
      next.complete();
      return;
    }
    host.underWay--;
    if (host.underWay == 0) {
      hosts.remove(name);
    }
  }

  /** Hosts with pushes. */
  int hosts() {
    return hosts.size();
  }
}
