package io.restante.account;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.protocol.DeviceAddress;
import io.restante.protocol.Handle;
import io.restante.redis.AccountKeys;
import io.restante.redis.HeldLink;
import io.restante.redis.RedisMetrics;
import io.restante.testing.EventLoop;
import io.restante.testing.RedisServerExtension;
import io.restante.testing.SignalKeys;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One gateway's accounts on a real Redis, with a clock for its caches that a test moves. */
final class AccountBed implements AutoCloseable {
  static final AccountConfig CONFIG = new AccountConfig(50_000, 4, 3, null);
  static final LinkingConfig LINKING =
      new LinkingConfig(60_000, 60_000, 1_024, List.of("kept", "x"));
  static final Handle HANDLE = new Handle("+15550100");
  static final String PASSWORD = "a password of its own";

  final EventLoop loop = new EventLoop();
  final AtomicLong nanos = new AtomicLong();
  final Revocations revocations = new Revocations();
  final AccountCaches caches = new AccountCaches(CONFIG, revocations, nanos::get);
  final HeldLink link;
  final RedisDirectory directory;
  final RedisCredentials credentials;
  final Registrar registrar;
  final RedisAccountStore accounts;
  final RedisProfileStore profiles;
  final Linking linking;
  private final RedisServerExtension redis;

  AccountBed(RedisServerExtension redis) {
    this.redis = redis;
    this.link = loop.await(() -> HeldLink.open(loop.vertx(), redis.config(), RedisMetrics.none()));
    this.directory = new RedisDirectory(link, caches);
    this.credentials = new RedisCredentials(link, caches, directory);
    this.registrar = new Registrar(loop.vertx(), link, revocations);
    this.accounts = new RedisAccountStore(link, caches);
    this.linking = new Linking(loop.vertx(), link, directory, caches, CONFIG, LINKING);
    this.profiles = new RedisProfileStore(link, CONFIG);
  }

  <T extends @Nullable Object> T await(Supplier<Future<T>> step) {
    return loop.await(step);
  }

  void later(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  RegisteredAccount register(NewDevice primary) {
    return await(() -> registrar.register(HANDLE, primary));
  }

  /** Adds a device by a code, whatever its keys are. */
  DeviceAddress link(UUID aci, NewDevice device) {
    String code = await(() -> linking.newCode(aci));
    AddDeviceScript.Result result =
        await(() -> AddDeviceScript.run(link, aci, code, device, CONFIG.devicesMax(), LINKING));
    revocations.revoked(aci);
    return new DeviceAddress(aci, result.device());
  }

  @Nullable Caller login(String name, String password) {
    return await(() -> credentials.authenticate(name, password)).orElse(null);
  }

  /** Runs a command over a plain socket. */
  @Nullable Object command(Object... words) {
    return redis.command(words);
  }

  /** The key ends in so many seconds, of which a few may be gone. */
  void assertEndsIn(long seconds, String key) {
    long left = ((Number) Objects.requireNonNull(command("PTTL", key))).longValue();
    long most = TimeUnit.SECONDS.toMillis(seconds);
    assertTrue(left <= most && left > most - 30_000, left + " ms");
  }

  /** The fields of a hash; bytes are ISO 8859-1. */
  Map<String, String> hash(String key) {
    Map<String, String> fields = new HashMap<>();
    List<?> flat = items(command("HGETALL", key));
    for (int i = 0; i < flat.size(); i += 2) {
      fields.put(flat.get(i).toString(), flat.get(i + 1).toString());
    }
    return fields;
  }

  List<?> items(@Nullable Object reply) {
    return reply instanceof List<?> list ? list : List.of();
  }

  List<String> keys(String pattern) {
    return items(command("KEYS", pattern)).stream().map(Object::toString).sorted().toList();
  }

  /** Puts something under every name that a device's keys can have. */
  void fill(UUID aci, int device) {
    for (List<String> names : List.of(AccountKeys.ofDevice(), AccountKeys.outlivingDevice())) {
      for (String name : names) {
        String key = AccountKeys.of(aci).tag() + name + device;
        if (Long.valueOf(0).equals(command("EXISTS", key))) {
          // Of what a hash tells of further keys, a script reads the fields.
          if (name.startsWith("keys:")) {
            command("HSET", key, "x", "x");
          } else {
            command("SET", key, "x");
          }
        }
      }
    }
  }

  static NewDevice device(String password) {
    return NewDevice.withPassword(password, attributes(7), null, PushTokens.NONE);
  }

  static NewDevice deviceWithKeys(String password, SignalKeys aci, SignalKeys pni) {
    return NewDevice.withPassword(password, attributes(7), keys(aci, pni), PushTokens.NONE);
  }

  static DeviceKeys keys(SignalKeys aci, SignalKeys pni) {
    return new DeviceKeys(keys(aci), keys(pni));
  }

  static DeviceKeys.OfIdentity keys(SignalKeys keys) {
    return new DeviceKeys.OfIdentity(keys.identityKey(), keys.signed(1), keys.kem(2));
  }

  static AccountAttributes attributes(int registrationId) {
    return new AccountAttributes(
        registrationId, registrationId + 1, true, new byte[16], false, Set.of("x", "y"), "n", null);
  }

  static DeviceAddress primary(RegisteredAccount account) {
    return new DeviceAddress(account.aci(), DeviceAddress.PRIMARY);
  }

  @Override
  public void close() {
    loop.await(link::close);
    loop.close();
  }
}
