package io.restante.prekey;

import io.restante.protocol.DeviceAddress;
import io.restante.protocol.EcPrekey;
import io.restante.protocol.Identity;
import io.restante.protocol.SignedPrekey;
import io.restante.redis.AccountKeys;
import io.restante.redis.HeldLink;
import io.restante.redis.RedisConfig;
import io.restante.redis.RedisMetrics;
import io.restante.testing.EventLoop;
import io.restante.testing.RedisServerExtension;
import io.restante.testing.SignalKeys;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An account on a real Redis, and a store on an event loop of its own to use it by. */
final class PoolBed implements AutoCloseable {
  static final PrekeyConfig CONFIG =
      new PrekeyConfig(100, 4_096, 256, 60_000, 500, ReserveConfig.NONE);

  /** Anyone, without limits. */
  static final Taker ANYONE =
      new Taker(new Claimant.Device(new DeviceAddress(new UUID(0, 7), 1), 0), ClaimLimits.NONE);

  /** With a reserve of 10 keys, of whose takers 3 are remembered. */
  static final PrekeyConfig WITH_RESERVE =
      new PrekeyConfig(100, 4_096, 256, 60_000, 500, new ReserveConfig(10, 3, 3_600));

  /** So long that no pause of a busy machine's disk, at each write, loses a test its answer. */
  private static final int TIMEOUT_MS = 10_000;

  final EventLoop loop = new EventLoop();
  final UUID aci = UUID.randomUUID();
  final AccountKeys names = AccountKeys.of(aci);
  final SignalKeys keys = new SignalKeys();
  final CountingMetrics metrics = new CountingMetrics();
  final HeldLink link;
  final PrekeyStore store;
  private final RedisServerExtension redis;

  PoolBed(RedisServerExtension redis) {
    this(redis, CONFIG);
  }

  PoolBed(RedisServerExtension redis, PrekeyConfig config) {
    this.redis = redis;
    RedisConfig patient = redis.config().withLimits(TIMEOUT_MS, RedisConfig.IN_FLIGHT_MAX);
    this.link = loop.await(() -> HeldLink.open(loop.vertx(), patient, RedisMetrics.none()));
    this.store = new RedisPrekeyStore(link, config, metrics, ClaimListener.NONE);
  }

  DeviceAddress device(int device) {
    return new DeviceAddress(aci, device);
  }

  /** What a registration or linking leaves, apart from keys. */
  void addDevice(int device) {
    redis.command("HSET", names.account(), "created", 1);
    redis.command("HSET", names.devices(), device, (1000 + device) + ":" + (2000 + device));
  }

  UploadResult upload(int device, VerifiedUpload upload) {
    return loop.await(() -> store.upload(device(device), Identity.ACI, upload));
  }

  /** Names the identity key, as generations A and B do, and has a signed and a last-resort key. */
  VerifiedUpload whole(List<EcPrekey> ecs, List<SignedPrekey> kems) {
    return new VerifiedUpload(
        keys.identityKey(),
        true,
        SignedKeyCodec.pack(keys.signed(1)),
        SignedKeyCodec.pack(keys.kem(1)),
        null,
        List.of(PoolBatch.ofEc(ecs), PoolBatch.ofKem(kems)));
  }

  /** One-time keys only. */
  VerifiedUpload oneTime(List<EcPrekey> ecs, List<SignedPrekey> kems) {
    return new VerifiedUpload(
        keys.identityKey(),
        false,
        null,
        null,
        null,
        List.of(PoolBatch.ofEc(ecs), PoolBatch.ofKem(kems)));
  }

  int count(int device, Pool pool) {
    return loop.await(() -> store.count(device(device), Identity.ACI, pool));
  }

  /** How many EC keys wait outside of the reserve. */
  long waiting(int device) {
    String pool = names.pool(Identity.ACI, Pool.EC.name(), device);
    return redis.command("LLEN", pool) instanceof Number length ? length.longValue() : -1;
  }

  ClaimTarget target(int device) {
    return new ClaimTarget(aci, Identity.ACI, device);
  }

  ClaimResult claimResult(int device) {
    return loop.await(() -> store.claim(target(device), ANYONE));
  }

  /** Claims from one device and reads what came. */
  JsonObject claim(int device) {
    return onlyDevice(loop.await(() -> store.claim(target(device), ANYONE)));
  }

  /** Claims from one device until there are no more one-time keys; what came, in order. */
  List<String> drain(int device) {
    List<String> seen = new ArrayList<>();
    for (String key = ecKey(claim(device)); key != null; key = ecKey(claim(device))) {
      seen.add(key);
    }
    return seen;
  }

  static JsonObject json(ClaimResult result) {
    if (result instanceof ClaimResult.Claimed claimed) {
      return claimed.json().toJsonObject();
    }
    throw new IllegalStateException("claim: " + result);
  }

  static JsonObject onlyDevice(ClaimResult result) {
    JsonArray devices = json(result).getJsonArray("devices");
    if (devices.size() != 1) {
      throw new IllegalStateException(devices.size() + " devices");
    }
    return devices.getJsonObject(0);
  }

  static @Nullable String ecKey(JsonObject device) {
    JsonObject key = device.getJsonObject("preKey");
    return key == null ? null : key.getString("publicKey");
  }

  static @Nullable String kemKey(JsonObject device) {
    JsonObject key = device.getJsonObject("pqPreKey");
    return key == null ? null : key.getString("publicKey");
  }

  static String text(byte[] key) {
    return Base64.getEncoder().withoutPadding().encodeToString(key);
  }

  static List<String> texts(List<EcPrekey> prekeys) {
    return prekeys.stream().map(prekey -> text(prekey.publicKey())).toList();
  }

  <T> T await(Supplier<Future<T>> step) {
    return loop.await(step);
  }

  @Override
  public void close() {
    loop.await(link::close);
    loop.close();
  }
}
