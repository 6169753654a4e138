package io.restante.account;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.restante.protocol.Destination;
import io.restante.protocol.DeviceAddress;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the whole gateway remembers of accounts, for all its event loops. Each entry carries the
 * stamp that its account's revocations had before Redis was asked, and is not believed under
 * another: see {@link Revocations}. Bounded in count and time; usable from any thread.
 */
public final class AccountCaches {
  /** How long the look-up of a handle or PNI is believed. */
  private static final Duration LOOKUP_TTL = Duration.ofSeconds(50);

  /** How long an access policy is believed, and whether an account has several devices. */
  static final Duration POLICY_TTL = Duration.ofSeconds(5);

  private static final int CREDENTIALS_MAX = 200_000;
  private static final int STRANGERS_MAX = 20_000;
  private static final int LOOKUPS_MAX = 100_000;
  private static final int POLICIES_MAX = 100_000;

  /** An answer of Redis, null for "there is none". */
  private record Stamped<T>(@Nullable T value, long stamp) {}

  /** Answers by a name, each about one account. */
  static final class Answers<K, V> {
    private final Cache<K, Stamped<V>> found;
    private final Revocations revocations;

    private Answers(Cache<K, Stamped<V>> found, Revocations revocations) {
      this.found = found;
      this.revocations = revocations;
    }

    /** The answer that is still believed, null where Redis is to be asked. */
    @Nullable Answer<V> get(K name, UUID aci) {
      Stamped<V> entry = found.getIfPresent(name);
      return entry != null && entry.stamp == revocations.stamp(aci)
          ? new Answer<>(entry.value)
          : null;
    }

    /** Keeps an answer, under the stamp that was taken before Redis was asked. */
    void put(K name, @Nullable V value, long stamp) {
      found.put(name, new Stamped<>(value, stamp));
    }

    /** Forgets an answer, as this gateway itself changed what it is about. */
    void forget(K name) {
      found.invalidate(name);
    }
  }

  /** A remembered answer, which may be that there is none. */
  record Answer<T>(@Nullable T value) {}

  /** The account that a look-up named. */
  record Found(UUID aci, long stamp) {}

  private final Revocations revocations;
  private final Answers<DeviceAddress, Credential> credentials;
  private final Answers<DeviceAddress, Credential> strangers;
  private final Answers<UUID, AccessPolicy> policies;
  private final Answers<UUID, Boolean> severalDevices;
  private final Cache<Destination, Found> lookups;

  /** Empty caches. */
  public AccountCaches(AccountConfig config, Revocations revocations) {
    this(config, revocations, Ticker.systemTicker());
  }

  AccountCaches(AccountConfig config, Revocations revocations, Ticker ticker) {
    Duration ttl = Duration.ofMillis(config.credentialCacheMs());
    this.revocations = revocations;
    this.credentials = new Answers<>(cache(CREDENTIALS_MAX, ttl, ticker), revocations);
    this.strangers = new Answers<>(cache(STRANGERS_MAX, ttl, ticker), revocations);
    this.policies = new Answers<>(cache(POLICIES_MAX, POLICY_TTL, ticker), revocations);
    this.severalDevices = new Answers<>(cache(POLICIES_MAX, POLICY_TTL, ticker), revocations);
    this.lookups = cache(LOOKUPS_MAX, LOOKUP_TTL, ticker);
  }

  private static <K, V> Cache<K, V> cache(int max, Duration ttl, Ticker ticker) {
    return Caffeine.newBuilder().maximumSize(max).expireAfterWrite(ttl).ticker(ticker).build();
  }

  Revocations revocations() {
    return revocations;
  }

  /** Credentials of devices that exist. */
  Answers<DeviceAddress, Credential> credentials() {
    return credentials;
  }

  /** Devices that do not exist. Apart, so that whoever guesses names evicts no one who has one. */
  Answers<DeviceAddress, Credential> strangers() {
    return strangers;
  }

  Answers<UUID, AccessPolicy> policies() {
    return policies;
  }

  /** Whether accounts have more than one device. */
  Answers<UUID, Boolean> severalDevices() {
    return severalDevices;
  }

  /** The account of a handle or PNI that is still believed. */
  @Nullable UUID lookup(Destination name) {
    Found entry = lookups.getIfPresent(name);
    return entry != null && entry.stamp == revocations.stamp(entry.aci) ? entry.aci : null;
  }

  /** Keeps the account of a handle or PNI, under the stamp from before it was asked for. */
  void keepLookup(Destination name, UUID aci, long stamp) {
    lookups.put(name, new Found(aci, stamp));
  }
}
