package io.restante.edge;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.restante.account.AccessPolicy;
import io.restante.account.Caller;
import io.restante.account.Credentials;
import io.restante.account.Directory;
import io.restante.account.Verifier;
import io.restante.prekey.ClaimLimits;
import io.restante.prekey.ClaimListener;
import io.restante.prekey.PrekeyClaims;
import io.restante.prekey.PrekeyConfig;
import io.restante.prekey.PrekeyMeters;
import io.restante.prekey.PrekeyUploads;
import io.restante.prekey.RedisPrekeyStore;
import io.restante.prekey.ReserveConfig;
import io.restante.prekey.UploadCheck;
import io.restante.prekey.UploadLimits;
import io.restante.protocol.Destination;
import io.restante.protocol.DeviceAddress;
import io.restante.protocol.EcPrekey;
import io.restante.protocol.Handle;
import io.restante.protocol.Identity;
import io.restante.protocol.SignedPrekey;
import io.restante.redis.AccountKeys;
import io.restante.redis.HeldLink;
import io.restante.redis.RedisMetrics;
import io.restante.testing.EventLoop;
import io.restante.testing.RedisServerExtension;
import io.restante.testing.SignalKeys;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The prekey routes on a real Redis, called as the public server calls them. One account, whose
 * device N has the password {@code device N} and whose access key is 16 times 7.
 */
final class PrekeyBed implements AutoCloseable {
  static final int KEYS_MAX = 100;
  static final PrekeyConfig CONFIG =
      new PrekeyConfig(KEYS_MAX, 4_096, 256, 60_000, 500, ReserveConfig.NONE);
  static final byte[] ACCESS_KEY = new byte[16];

  static {
    Arrays.fill(ACCESS_KEY, (byte) 7);
  }

  final EventLoop loop = new EventLoop();
  final UUID aci = UUID.randomUUID();
  final UUID pni = UUID.randomUUID();
  final Handle handle = new Handle("+15550100");
  final AccountKeys names = AccountKeys.of(aci);
  final SignalKeys keys = new SignalKeys();
  final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final RedisServerExtension redis;
  private final HeldLink link;
  private final UploadCheck check;
  private final Dispatcher dispatcher;

  PrekeyBed(RedisServerExtension redis) {
    this.redis = redis;
    this.link = loop.await(() -> HeldLink.open(loop.vertx(), redis.config(), RedisMetrics.none()));
    PrekeyMeters meters = new PrekeyMeters(registry);
    this.check = new UploadCheck(loop.vertx(), 2, 16, 16, meters);
    RedisPrekeyStore store = new RedisPrekeyStore(link, CONFIG, meters, ClaimListener.NONE);
    PrekeyRoutes routes =
        new PrekeyRoutes(
            new PrekeyUploads(store, check, UploadLimits.NONE),
            new PrekeyClaims(new OneAccount(), store, ClaimLimits.NONE, meters),
            KEYS_MAX);
    this.dispatcher =
        new Dispatcher(
            new RouteTable(routes.routes()),
            new OneAccount(),
            new RequestMeter(registry, new AtomicInteger()));
  }

  /** What registration leaves; generation C has its identity keys from there. */
  void register(int device, boolean withIdentity) {
    redis.command("HSET", names.account(), "created", 1, "epoch", 1);
    redis.command("HSET", names.devices(), device, (1000 + device) + ":" + (2000 + device));
    for (Identity identity : Identity.values()) {
      String name = names.keys(identity, device);
      redis.command("HSET", name, "epoch", 1, "reg", 1000 + device);
      if (withIdentity) {
        redis.command("HSET", name, "identity", keys.identityKey());
      }
    }
  }

  /** A request of a device; 0 is nobody. */
  Reply call(String method, String uri, int device, @Nullable JsonObject body) {
    return call(
        method, uri, device, body == null ? "" : body.encode(), MultiMap.caseInsensitiveMultiMap());
  }

  Reply call(String method, String uri, int device, String body, MultiMap headers) {
    if (device > 0) {
      String pair = aci + "." + device + ":device " + device;
      headers.add(
          "Authorization",
          "Basic "
              + Base64.getEncoder()
                  .encodeToString(pair.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }
    Incoming incoming = new Request(method, uri, headers, Buffer.buffer(body));
    return loop.await(() -> dispatcher.dispatch(incoming));
  }

  Reply fetch(String destination, String device, int caller) {
    return call("GET", "/v2/keys/" + destination + "/" + device, caller, null);
  }

  /** An anonymous fetch with an access key. */
  Reply fetchWith(byte[] accessKey, String destination) {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    headers.add("Unidentified-Access-Key", Base64.getEncoder().encodeToString(accessKey));
    return call("GET", "/v2/keys/" + destination + "/1", 0, "", headers);
  }

  /** A fetch of device 1 with an idempotency key. */
  Reply fetchOnce(String key, String uri, int caller) {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap().add("Idempotency-Key", key);
    return call("GET", uri, caller, "", headers);
  }

  /** A body with everything in it, as generation C sends it. */
  JsonObject upload(int ecs, int kems) {
    return new JsonObject()
        .put("preKeys", ecList(keys.ecs(0, ecs)))
        .put("signedPreKey", json(keys.signed(1)))
        .put("pqPreKeys", kemList(keys.kems(0, kems)))
        .put("pqLastResortPreKey", json(keys.kem(0xFFFFFF)));
  }

  static JsonArray ecList(List<EcPrekey> prekeys) {
    JsonArray list = new JsonArray();
    prekeys.forEach(prekey -> list.add(json(prekey)));
    return list;
  }

  static JsonArray kemList(List<SignedPrekey> prekeys) {
    JsonArray list = new JsonArray();
    prekeys.forEach(prekey -> list.add(json(prekey)));
    return list;
  }

  static JsonObject json(EcPrekey prekey) {
    return new JsonObject()
        .put("keyId", prekey.keyId())
        .put("publicKey", base64(prekey.publicKey()));
  }

  static JsonObject json(SignedPrekey prekey) {
    return new JsonObject()
        .put("keyId", prekey.keyId())
        .put("publicKey", base64(prekey.publicKey()))
        .put("signature", base64(prekey.signature()));
  }

  static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  /** The stable code of a refusal. */
  static String code(Reply reply) {
    return body(reply).getString("code");
  }

  static JsonObject body(Reply reply) {
    Buffer body = reply.body();
    return body == null ? new JsonObject() : body.toJsonObject();
  }

  @Override
  public void close() {
    loop.await(check::close);
    loop.await(link::close);
    loop.close();
  }

  private record Request(String method, String uri, MultiMap headers, Buffer content)
      implements Incoming {
    @Override
    public @Nullable Caller socketCaller() {
      return null;
    }

    @Override
    public String remoteAddress() {
      return "127.0.0.1";
    }

    @Override
    public Future<Buffer> body(boolean stranger) {
      return Future.succeededFuture(content);
    }
  }

  private final class OneAccount implements Credentials, Directory {
    @Override
    public Future<Optional<Caller>> authenticate(String name, String password) {
      if (!name.startsWith(aci + ".")) {
        return Future.succeededFuture(Optional.empty());
      }
      int device = DeviceAddress.parseDevice(name.substring(name.indexOf('.') + 1));
      return Future.succeededFuture(
          password.equals("device " + device)
              ? Optional.of(
                  new Caller(
                      new DeviceAddress(aci, device),
                      pni,
                      handle,
                      Verifier.of(password, new byte[16]),
                      0,
                      null))
              : Optional.empty());
    }

    @Override
    public Future<Boolean> isCurrent(Caller caller) {
      return Future.succeededFuture(true);
    }

    @Override
    public Future<Boolean> hasSeveralDevices(UUID account) {
      return Future.succeededFuture(false);
    }

    @Override
    public Future<Optional<AccessPolicy>> policyOf(UUID account) {
      return Future.succeededFuture(Optional.empty());
    }

    @Override
    public Future<Optional<UUID>> aciOf(Destination destination) {
      if (destination instanceof Destination.ById byId) {
        if (byId.id().identity() == Identity.ACI) {
          return Future.succeededFuture(Optional.of(byId.id().uuid()));
        }
        return Future.succeededFuture(
            byId.id().uuid().equals(pni) ? Optional.of(aci) : Optional.empty());
      }
      Handle given = ((Destination.ByHandle) destination).handle();
      return Future.succeededFuture(given.equals(handle) ? Optional.of(aci) : Optional.empty());
    }

    @Override
    public Future<Boolean> admits(UUID account, byte[] accessKey) {
      return Future.succeededFuture(account.equals(aci) && Arrays.equals(accessKey, ACCESS_KEY));
    }
  }
}
