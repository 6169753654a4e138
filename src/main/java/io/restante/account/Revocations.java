package io.restante.account;

import io.restante.redis.LookupKeys;
import io.restante.redis.Subscriptions;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells this gateway whose credentials changed or went: registered anew, a device removed, deleted.
 * Heard from Redis, and at once from this gateway's own stores. Usable from any thread.
 *
 * <p>What is read before a revocation must not be kept after it. So a reader takes {@link #stamp}
 * before it asks Redis, keeps it with the answer, and believes the answer while the stamp is still
 * the same. That also holds where the answer comes after the revocation.
 */
public final class Revocations {
  /** What hears revocations, on whichever thread. */
  public interface Listener {
    /** Credentials of this account changed or went; each {@link Caller} is to be checked again. */
    void onRevoked(UUID aci);

    /** Signals may have been missed: every {@link Caller} is to be checked again. */
    void onMissed();
  }

  private static final Logger LOG = LoggerFactory.getLogger(Revocations.class);

  /** Accounts share stamps: a revocation also drops what is cached of a few others. */
  private static final int STAMPS = 1 << 12;

  private final AtomicLongArray stamps = new AtomicLongArray(STAMPS);
  private final AtomicLong all = new AtomicLong();
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();

  /** Hears what other gateways announce. */
  public void hear(Subscriptions subscriptions) {
    subscriptions.onBroadcast(LookupKeys.revoked(), this::onMessage, this::missed);
  }

  /** Adds a listener for as long as the gateway lives. */
  public void listen(Listener listener) {
    listeners.add(listener);
  }

  /** Changes with each revocation of this account, never back. */
  public long stamp(UUID aci) {
    return stamps.get(slot(aci)) + all.get();
  }

  /** Whose credentials changed or went. */
  public void revoked(UUID aci) {
    stamps.incrementAndGet(slot(aci));
    listeners.forEach(listener -> listener.onRevoked(aci));
  }

  /** Signals may have been missed. */
  public void missed() {
    all.incrementAndGet();
    listeners.forEach(Listener::onMissed);
  }

  private void onMessage(Buffer message) {
    try {
      revoked(UUID.fromString(message.toString(StandardCharsets.US_ASCII)));
    } catch (IllegalArgumentException notAnId) {
      // Somebody else writes to our channel; whatever it meant, checking again does no harm.
      LOG.warn("revocation not understood: bytes={}", message.length());
      missed();
    }
  }

  private static int slot(UUID aci) {
    return aci.hashCode() & STAMPS - 1;
  }
}
