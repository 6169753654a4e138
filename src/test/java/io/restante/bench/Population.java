package io.restante.bench;

import io.restante.GatewayConfigs;
import io.restante.account.AccountAttributes;
import io.restante.account.NewDevice;
import io.restante.account.PushTokens;
import io.restante.account.RegisteredAccount;
import io.restante.account.Registrar;
import io.restante.account.Revocations;
import io.restante.prekey.ClaimListener;
import io.restante.prekey.Pool;
import io.restante.prekey.PrekeyConfig;
import io.restante.prekey.PrekeyMetrics;
import io.restante.prekey.RandomUpload;
import io.restante.prekey.RedisPrekeyStore;
import io.restante.prekey.UploadResult;
import io.restante.prekey.VerifiedUpload;
import io.restante.protocol.DeviceAddress;
import io.restante.protocol.Handle;
import io.restante.protocol.Identity;
import io.restante.redis.HeldRedisLink;
import io.restante.redis.RedisConfig;
import io.restante.redis.RedisLink;
import io.restante.redis.RedisMetrics;
import io.restante.redis.RedisUrl;
import io.restante.testing.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Accounts in Redis as a gateway would have left them, written by its own stores, past HTTP and the
 * verification of signatures. For one event loop.
 */
public final class Population {
  /** Of all accounts. */
  public static final String PASSWORD = "a password of the bench";

  private static final AccountAttributes ATTRIBUTES =
      new AccountAttributes(7, 8, true, null, false, Set.of(), null, null);

  private static final int LOADING_TIMEOUT_MS = 60_000;
  private static final PrekeyConfig PREKEYS =
      GatewayConfigs.of(Map.of("prekey.reserve", "0")).prekey();

  /** So many steps at a time: enough to keep Redis busy. */
  private static final int LANES = 16;

  private final Registrar registrar;
  private final RedisPrekeyStore store;
  private final RandomUpload uploads = new RandomUpload(System.nanoTime());
  private final int ecKeys;
  private final int kemKeys;
  private final List<UUID> accounts = new ArrayList<>();

  /** Nobody yet, in this Redis; each account will have so many one-time keys. */
  public static Population on(EventLoop loop, String redisUrl, int ecKeys, int kemKeys) {
    RedisConfig config =
        RedisConfig.standalone(RedisUrl.parse(redisUrl), Set.of())
            .withLimits(LOADING_TIMEOUT_MS, RedisConfig.IN_FLIGHT_MAX);
    HeldRedisLink link =
        loop.await(() -> HeldRedisLink.open(loop.vertx(), config, RedisMetrics.none()));
    return new Population(loop.vertx(), link, PREKEYS, ecKeys, kemKeys);
  }

  private Population(Vertx vertx, RedisLink link, PrekeyConfig config, int ecKeys, int kemKeys) {
    this.registrar = new Registrar(vertx, link, new Revocations());
    this.store = new RedisPrekeyStore(link, config, PrekeyMetrics.none(), ClaimListener.NONE);
    this.ecKeys = ecKeys;
    this.kemKeys = kemKeys;
  }

  /** Accounts that have been made so far. */
  public List<UUID> accounts() {
    return accounts;
  }

  /** Basic credentials of the first accounts, encoded. */
  public List<String> callers(int count) {
    return accounts.subList(0, Math.min(count, accounts.size())).stream()
        .map(Population::basic)
        .toList();
  }

  /** Basic credentials of an account's primary device, encoded. */
  public static String basic(UUID aci) {
    byte[] plain = (aci + ":" + PASSWORD).getBytes(StandardCharsets.US_ASCII);
    return Base64.getEncoder().encodeToString(plain);
  }

  /** Makes accounts until there are so many. */
  public Future<Void> growTo(int count) {
    int from = accounts.size();
    return each(from, count, number -> register(number).compose(this::fillNew));
  }

  /** The same, of accounts that have not uploaded any keys yet. */
  public Future<Void> growWithoutKeysTo(int count) {
    int from = accounts.size();
    return each(from, count, number -> register(number).onSuccess(accounts::add).mapEmpty());
  }

  /** So many of the accounts, from all over. */
  List<UUID> spread(int count) {
    long all = accounts.size();
    return IntStream.range(0, count)
        .mapToObj(number -> accounts.get((int) (number * all / count)))
        .toList();
  }

  /** Fills the pools of these anew, with keys that were never there. */
  Future<Void> refill(List<UUID> owners) {
    return each(0, owners.size(), number -> refill(owners.get(number)));
  }

  /** One-time keys that wait in all pools. */
  Future<Long> waitingKeys() {
    AtomicLong sum = new AtomicLong();
    return each(
            0,
            accounts.size(),
            number -> count(accounts.get(number)).map(sum::addAndGet).mapEmpty())
        .map(done -> sum.get());
  }

  private Future<Integer> count(UUID aci) {
    DeviceAddress owner = new DeviceAddress(aci, DeviceAddress.PRIMARY);
    return Future.all(
            store.count(owner, Identity.ACI, Pool.EC), store.count(owner, Identity.ACI, Pool.KEM))
        .map(counts -> counts.<Integer>resultAt(0) + counts.<Integer>resultAt(1));
  }

  private Future<UUID> register(int number) {
    NewDevice device = NewDevice.withPassword(PASSWORD, ATTRIBUTES, null, PushTokens.NONE);
    Handle handle = new Handle("+1" + (5_550_000_000L + number));
    return registrar.register(handle, device).map(RegisteredAccount::aci);
  }

  private Future<Void> fillNew(UUID aci) {
    return upload(aci, uploads.whole(ecKeys, kemKeys)).onSuccess(done -> accounts.add(aci));
  }

  private Future<Void> refill(UUID aci) {
    return store
        .keys(new DeviceAddress(aci, DeviceAddress.PRIMARY), Identity.ACI)
        .compose(
            keys ->
                upload(
                    aci,
                    uploads.oneTime(Objects.requireNonNull(keys.identity()), ecKeys, kemKeys)));
  }

  private Future<Void> upload(UUID aci, VerifiedUpload upload) {
    return store
        .upload(new DeviceAddress(aci, DeviceAddress.PRIMARY), Identity.ACI, upload)
        .map(
            result -> {
              if (result.status() != UploadResult.Status.STORED) {
                throw new IllegalStateException("upload: " + result.status());
              }
              return null;
            });
  }

  private static Future<Void> each(int from, int to, IntFunction<Future<Void>> step) {
    AtomicInteger next = new AtomicInteger(from);
    List<Future<Void>> lanes = new ArrayList<>();
    for (int i = 0; i < LANES; i++) {
      Promise<Void> lane = Promise.promise();
      lanes.add(lane.future());
      run(next, to, step, lane);
    }
    return Future.all(lanes).mapEmpty();
  }

  private static void run(
      AtomicInteger next, int to, IntFunction<Future<Void>> step, Promise<Void> lane) {
    int number = next.getAndIncrement();
    if (number >= to) {
      lane.complete();
      return;
    }
    step.apply(number)
        .onComplete(
            (done, failure) -> {
              if (failure == null) {
                run(next, to, step, lane);
              } else {
                lane.fail(failure);
              }
            });
  }
}
