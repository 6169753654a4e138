package io.restante.edge;

import io.restante.prekey.ClaimTarget;
import io.restante.prekey.Claimant;
import io.restante.prekey.Pool;
import io.restante.prekey.PrekeyClaims;
import io.restante.prekey.PrekeyUpload;
import io.restante.prekey.PrekeyUploads;
import io.restante.protocol.Destination;
import io.restante.protocol.DeviceAddress;
import io.restante.protocol.EcPrekey;
import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.restante.protocol.IdempotencyKey;
import io.restante.protocol.Identity;
import io.restante.protocol.KeyShapes;
import io.restante.protocol.SignedPrekey;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/** The table Prekeys of the contract: parse, call, encode. */
public final class PrekeyRoutes {
  /** How many keys of an upload were dropped: handed out before, maybe, or twice in it. */
  public static final String DROPPED_HEADER = "X-Restante-Keys-Dropped";

  private static final String IDEMPOTENCY_HEADER = "Idempotency-Key";
  private static final String SIGNED_PATH = "/v2/keys/signed";
  private static final int DIGEST_BYTES = 32;
  private static final int IDENTITY_TYPE_CHARS_MAX = 8;
  private static final Base64.Encoder BASE64 = Base64.getEncoder().withoutPadding();

  private final PrekeyUploads uploads;
  private final PrekeyClaims claims;
  private final int keysMax;

  /**
   * The routes of one event loop.
   *
   * @param keysMax keys of one uploaded list
   */
  public PrekeyRoutes(PrekeyUploads uploads, PrekeyClaims claims, int keysMax) {
    this.uploads = uploads;
    this.claims = claims;
    this.keysMax = keysMax;
  }

  /** All of them. */
  public List<Route> routes() {
    return List.of(
        new Route("PUT", "/v2/keys", Access.DEVICE, this::upload),
        new Route("GET", "/v2/keys", Access.DEVICE, this::counts),
        new Route("PUT", SIGNED_PATH, Access.DEVICE, this::uploadSigned),
        new Route("GET", SIGNED_PATH, Access.DEVICE, this::signed),
        new Route("POST", "/v2/keys/check", Access.DEVICE, this::check),
        new Route(
            "GET", "/v2/keys/{destination}/{device}", Access.DEVICE_OR_ACCESS_KEY, this::claim));
  }

  private Future<Reply> upload(Call call) {
    DeviceAddress owner = call.device().address();
    Identity identity = identity(call);
    JsonFields body = JsonFields.parse(call.body());
    boolean hasList = body.has("preKeys") || body.has("pqPreKeys");
    return uploads
        .upload(owner, identity, parseUpload(body))
        .map(
            dropped ->
                hasList
                    ? Reply.noContent().withHeader(DROPPED_HEADER, Integer.toString(dropped))
                    : Reply.noContent());
  }

  private Future<Reply> counts(Call call) {
    DeviceAddress owner = call.device().address();
    Identity identity = identity(call);
    return Future.all(
            uploads.count(owner, identity, Pool.EC), uploads.count(owner, identity, Pool.KEM))
        .map(
            counts ->
                Reply.json(
                    200,
                    new JsonObject()
                        .put("count", counts.<Integer>resultAt(0))
                        .put("pqCount", counts.<Integer>resultAt(1))));
  }

  private Future<Reply> uploadSigned(Call call) {
    DeviceAddress owner = call.device().address();
    Identity identity = identity(call);
    SignedPrekey prekey = parseSigned(JsonFields.parse(call.body()), KeyShapes::ecKey);
    return uploads
        .upload(owner, identity, PrekeyUpload.ofSigned(prekey))
        .map(dropped -> Reply.noContent());
  }

  private Future<Reply> signed(Call call) {
    return uploads
        .signedPrekey(call.device().address(), identity(call))
        .map(
            prekey ->
                Reply.json(
                    200,
                    new JsonObject()
                        .put("keyId", prekey.keyId())
                        .put("publicKey", BASE64.encodeToString(prekey.publicKey()))
                        .put("signature", BASE64.encodeToString(prekey.signature()))));
  }

  private Future<Reply> check(Call call) {
    DeviceAddress owner = call.device().address();
    JsonFields body = JsonFields.parse(call.body());
    String type = body.text("identityType", IDENTITY_TYPE_CHARS_MAX);
    Identity identity =
        identityNamed(type)
            .orElseThrow(
                () -> GatewayException.invalidField("identityType", "another", "aci or pni"));
    byte[] digest = body.bytes("digest", DIGEST_BYTES, DIGEST_BYTES);
    return uploads
        .matches(owner, identity, digest)
        .map(
            same -> {
              if (!same) {
                throw new GatewayException(
                    ErrorCode.KEYS_DIFFER, "digest: another one (expected: of the keys stored)");
              }
              return Reply.ok();
            });
  }

  private Future<Reply> claim(Call call) {
    Destination destination = Destination.parse(call.param(0));
    int device = ClaimTarget.parseDevice(call.param(1));
    return claims
        .claim(claimant(call), destination, device, once(call))
        .map(bundle -> Reply.json(200, bundle));
  }

  /** Who claims, on a route that devices and anonymous callers may use. */
  static Claimant claimant(Call call) {
    return call.caller() == null && call.accessKey() != null
        ? new Claimant.Anonymous(call.accessKey(), call.remoteAddress())
        : new Claimant.Device(call.device().address(), call.device().createdMs());
  }

  /** The key under which a claim is answered once. */
  static Optional<IdempotencyKey> once(Call call) {
    return call.header(IDEMPOTENCY_HEADER).map(IdempotencyKey::new);
  }

  private static Identity identity(Call call) {
    String name = call.query().get("identity");
    return name == null
        ? Identity.ACI
        : identityNamed(name)
            .orElseThrow(
                () ->
                    new GatewayException(
                        ErrorCode.MALFORMED_QUERY, "identity (expected: aci or pni)"));
  }

  private static Optional<Identity> identityNamed(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "aci" -> Optional.of(Identity.ACI);
      case "pni" -> Optional.of(Identity.PNI);
      default -> Optional.empty();
    };
  }

  private PrekeyUpload parseUpload(JsonFields body) {
    return new PrekeyUpload(
        body.has("identityKey") ? publicKey(body, "identityKey", KeyShapes::ecKey) : null,
        parseEcList(body),
        body.optionalObject("signedPreKey")
            .map(key -> parseSigned(key, KeyShapes::ecKey))
            .orElse(null),
        parseKemList(body),
        body.optionalObject("pqLastResortPreKey")
            .map(key -> parseSigned(key, KeyShapes::kemKey))
            .orElse(null),
        body.optionalObject("lastResortKey").map(PrekeyRoutes::parseEc).orElse(null));
  }

  private List<EcPrekey> parseEcList(JsonFields body) {
    List<EcPrekey> prekeys = new ArrayList<>();
    Set<Integer> ids = new HashSet<>();
    for (JsonFields item : body.objects("preKeys", keysMax)) {
      EcPrekey prekey = parseEc(item);
      requireNew(ids, item, prekey.keyId());
      prekeys.add(prekey);
    }
    return prekeys;
  }

  private List<SignedPrekey> parseKemList(JsonFields body) {
    List<SignedPrekey> prekeys = new ArrayList<>();
    Set<Integer> ids = new HashSet<>();
    for (JsonFields item : body.objects("pqPreKeys", keysMax)) {
      SignedPrekey prekey = parseSigned(item, KeyShapes::kemKey);
      requireNew(ids, item, prekey.keyId());
      prekeys.add(prekey);
    }
    return prekeys;
  }

  private static void requireNew(Set<Integer> ids, JsonFields item, int keyId) {
    if (!ids.add(keyId)) {
      throw GatewayException.invalidField(
          item.path("keyId"), keyId + " again", "an id once in its list");
    }
  }

  private static EcPrekey parseEc(JsonFields key) {
    return new EcPrekey(keyId(key), publicKey(key, "publicKey", KeyShapes::ecKey));
  }

  private static SignedPrekey parseSigned(
      JsonFields key, BiFunction<String, byte[], byte[]> shape) {
    int keyId = keyId(key);
    byte[] publicKey = publicKey(key, "publicKey", shape);
    byte[] signature = key.bytes("signature", 0, Integer.MAX_VALUE);
    return new SignedPrekey(
        keyId, publicKey, KeyShapes.signature(key.path("signature"), signature));
  }

  private static int keyId(JsonFields key) {
    return key.integer("keyId", 0, KeyShapes.KEY_ID_MAX);
  }

  private static byte[] publicKey(
      JsonFields fields, String field, BiFunction<String, byte[], byte[]> shape) {
    return shape.apply(fields.path(field), fields.bytes(field, 0, Integer.MAX_VALUE));
  }
}
