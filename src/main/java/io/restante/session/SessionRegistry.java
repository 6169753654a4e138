package io.restante.session;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The open sockets of this gateway, on whichever event loop they live. Usable from any thread. */
public final class SessionRegistry {
  /** An open socket. Its methods may be called from any thread. */
  interface OpenSocket {
    /** The account whose device this is, null for an anonymous socket. */
    @Nullable UUID aci();

    /** Checks anew that the credentials hold. */
    void recheck();

    /** Ends it, as the gateway shuts down. */
    void drain();
  }

  /**
   * Sockets closed in one go at the end; a pause follows, so that reconnects do not all collide.
   */
  private static final int DRAIN_STEP_SOCKETS = 500;

  private static final int DRAIN_PAUSE_MS = 20;

  private final int socketsMax;
  private final AtomicInteger count = new AtomicInteger();
  private final AtomicInteger devices = new AtomicInteger();
  private final Set<OpenSocket> sockets = ConcurrentHashMap.newKeySet();
  private final ConcurrentHashMap<UUID, Set<OpenSocket>> byAccount = new ConcurrentHashMap<>();
  private volatile boolean draining;

  /** A registry that takes so many sockets. */
  public SessionRegistry(int socketsMax) {
    this.socketsMax = socketsMax;
  }

  /** Takes a socket in; false where there are too many, or the gateway is about to end. */
  boolean add(OpenSocket socket) {
    if (draining) {
      return false;
    }
    if (count.incrementAndGet() > socketsMax) {
      count.decrementAndGet();
      return false;
    }
    sockets.add(socket);
    UUID aci = socket.aci();
    if (aci != null) {
      devices.incrementAndGet();
      byAccount.compute(
          aci,
          (key, of) -> {
            Set<OpenSocket> set = of == null ? ConcurrentHashMap.newKeySet(1) : of;
            set.add(socket);
            return set;
          });
    }
    if (draining) {
      socket.drain();
    }
    return true;
  }

  /** Forgets a socket that is closed. */
  void remove(OpenSocket socket) {
    if (!sockets.remove(socket)) {
      return;
    }
    count.decrementAndGet();
    UUID aci = socket.aci();
    if (aci != null) {
      devices.decrementAndGet();
      byAccount.computeIfPresent(
          aci,
          (key, of) -> {
            of.remove(socket);
            return of.isEmpty() ? null : of;
          });
    }
  }

  /** Open sockets of devices. */
  public int devices() {
    return devices.get();
  }

  /** Open sockets without credentials. */
  public int anonymous() {
    return count.get() - devices.get();
  }

  /** Whether no socket is open. */
  public boolean isEmpty() {
    return sockets.isEmpty();
  }

  /** An account's credentials changed or went: its sockets check theirs. */
  public void onRevoked(UUID aci) {
    byAccount.getOrDefault(aci, Set.of()).forEach(OpenSocket::recheck);
  }

  /** Revocations may have been missed: every socket checks its credentials. */
  public void onRevocationsMissed() {
    byAccount.values().forEach(of -> of.forEach(OpenSocket::recheck));
  }

  /** Closes all, in steps; completes once the last one was told. */
  public Future<Void> drain(Vertx vertx) {
    draining = true;
    Promise<Void> drained = Promise.promise();
    closeStep(vertx, new ArrayList<>(sockets), 0, drained);
    return drained.future();
  }

  private void closeStep(Vertx vertx, List<OpenSocket> all, int from, Promise<Void> drained) {
    int to = Math.min(all.size(), from + DRAIN_STEP_SOCKETS);
    all.subList(from, to).forEach(OpenSocket::drain);
    if (to == all.size()) {
      drained.complete();
    } else {
      vertx.setTimer(DRAIN_PAUSE_MS, id -> closeStep(vertx, all, to, drained));
    }
  }
}
