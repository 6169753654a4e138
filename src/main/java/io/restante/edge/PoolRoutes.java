package io.restante.edge;

import io.restante.prekey.BatchClaims;
import io.restante.prekey.ClaimTarget;
import io.restante.prekey.Claimant;
import io.restante.prekey.NamedEntry;
import io.restante.prekey.NamedPoolStore;
import io.restante.prekey.NamedPoolUpload;
import io.restante.prekey.NamedPoolsConfig;
import io.restante.prekey.PoolName;
import io.restante.prekey.PoolState;
import io.restante.prekey.UploadLimits;
import io.restante.prekey.UploadResult;
import io.restante.protocol.Destination;
import io.restante.protocol.DeviceAddress;
import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.restante.protocol.ServiceId;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Pools that owners name, and batch claims; see docs/pools.md. Parse, call, encode. */
public final class PoolRoutes {
  private static final String POOL_PATH = "/v1/pools/{name}";
  private static final String DESTINATIONS = "destinations";
  private static final int DESTINATION_CHARS_MAX = 64;

  private final NamedPoolStore pools;
  private final BatchClaims claims;
  private final UploadLimits uploadLimits;
  private final NamedPoolsConfig config;
  private final int batchMax;

  /**
   * The routes of one event loop.
   *
   * @param batchMax destinations of one batch
   */
  public PoolRoutes(
      NamedPoolStore pools,
      BatchClaims claims,
      UploadLimits uploadLimits,
      NamedPoolsConfig config,
      int batchMax) {
    this.pools = pools;
    this.claims = claims;
    this.uploadLimits = uploadLimits;
    this.config = config;
    this.batchMax = batchMax;
  }

  /** All of them. */
  public List<Route> routes() {
    return List.of(
        new Route("GET", "/v1/pools", Access.DEVICE, this::inventory),
        new Route("PUT", POOL_PATH, Access.DEVICE, this::upload),
        new Route("GET", POOL_PATH, Access.DEVICE, this::state),
        new Route("DELETE", POOL_PATH, Access.DEVICE, this::delete),
        new Route("POST", POOL_PATH + "/claim", Access.DEVICE_OR_ACCESS_KEY, this::claimEntries),
        new Route("POST", "/v2/keys/batch", Access.DEVICE, this::claimPrekeys));
  }

  private Future<Reply> inventory(Call call) {
    return pools
        .inventory(call.device().address())
        .map(
            inventory -> {
              JsonArray all = new JsonArray();
              inventory.pools().forEach(pool -> all.add(json(pool)));
              JsonArray signed = new JsonArray();
              inventory
                  .signedAgeSeconds()
                  .forEach(
                      (identity, age) ->
                          signed.add(
                              new JsonObject()
                                  .put("identity", identity.wireName())
                                  .put("ageSeconds", age)));
              return Reply.json(
                  200, new JsonObject().put("pools", all).put("signedPreKeys", signed));
            });
  }

  private static JsonObject json(PoolState pool) {
    JsonObject json =
        new JsonObject()
            .put("identity", pool.identity().wireName())
            .put("name", pool.name())
            .put("count", pool.count())
            .put("hasLastResort", pool.hasLastResort())
            .put("order", pool.isNewestFirst() ? PoolState.NEWEST : PoolState.OLDEST);
    if (pool.ttlSeconds() > 0) {
      json.put("ttlSeconds", pool.ttlSeconds());
    }
    return pool.count() > 0 ? json.put("oldestAgeSeconds", pool.ageSeconds()) : json;
  }

  private Future<Reply> state(Call call) {
    return pools
        .state(call.device().address(), new PoolName(call.param(0)))
        .map(state -> Reply.json(200, json(state.orElseThrow(PoolRoutes::noSuchPool))));
  }

  private Future<Reply> delete(Call call) {
    return pools
        .delete(call.device().address(), new PoolName(call.param(0)))
        .map(
            deleted -> {
              if (!deleted) {
                throw noSuchPool();
              }
              return Reply.noContent();
            });
  }

  private static GatewayException noSuchPool() {
    return new GatewayException(ErrorCode.NO_SUCH_POOL, "you have no pool of this name");
  }

  private Future<Reply> upload(Call call) {
    DeviceAddress owner = call.device().address();
    NamedPoolUpload upload = parse(new PoolName(call.param(0)), JsonFields.parse(call.body()));
    uploadLimits.admit(owner);
    return pools
        .upload(owner, upload)
        .map(
            result -> {
              requireStored(result);
              return Reply.noContent()
                  .withHeader(PrekeyRoutes.DROPPED_HEADER, Integer.toString(result.dropped()));
            });
  }

  private void requireStored(UploadResult result) {
    switch (result.status()) {
      case STORED -> {}
      case TOO_MANY_POOLS ->
          throw GatewayException.invalidField(
              "name", "one pool more", "at most " + config.namesMax() + " pools of a device");
      case TOO_MANY_NAMES ->
          throw GatewayException.invalidField(
              "name",
              "one name more",
              "at most " + config.namesEverMax() + " that a device ever fills, deleted ones too");
      default -> throw new GatewayException(ErrorCode.UNAUTHENTICATED, "this device was removed");
    }
  }

  private NamedPoolUpload parse(PoolName name, JsonFields body) {
    List<NamedEntry> entries = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    int bytes = 0;
    for (JsonFields item : body.objects("entries", config.entriesMax())) {
      NamedEntry entry = entry(item);
      if (entry.id() != null && !ids.add(entry.id())) {
        throw GatewayException.invalidField(item.path("id"), "again", "an id once in its list");
      }
      bytes += entry.data().length;
      if (bytes > config.bytesMax()) {
        throw GatewayException.invalidField(
            "entries", bytes + " bytes or more", "at most " + config.bytesMax() + " in all");
      }
      entries.add(entry);
    }
    for (String field : new String[] {"order", "ttlSeconds"}) {
      if (entries.isEmpty() && body.has(field)) {
        throw GatewayException.invalidField(field, "without entries", "with the entries it is of");
      }
    }
    return new NamedPoolUpload(
        name,
        entries,
        body.optionalObject("lastResort").map(this::entry).orElse(null),
        isNewestFirst(body),
        body.optionalNumber("ttlSeconds", config.ttlMinSeconds(), config.ttlMaxSeconds())
            .orElse(0L)
            .intValue());
  }

  private static boolean isNewestFirst(JsonFields body) {
    String order = body.optionalText("order", PoolState.OLDEST.length()).orElse(PoolState.OLDEST);
    if (!order.equals(PoolState.OLDEST) && !order.equals(PoolState.NEWEST)) {
      throw GatewayException.invalidField("order", "another", "oldest or newest");
    }
    return order.equals(PoolState.NEWEST);
  }

  private NamedEntry entry(JsonFields item) {
    Optional<String> id = item.optionalText("id", NamedEntry.ID_CHARS_MAX);
    if (id.isPresent()
        && (id.get().isEmpty() || !id.get().chars().allMatch(c -> c >= ' ' && c <= '~'))) {
      throw GatewayException.invalidField(
          item.path("id"),
          id.get().length() + " characters",
          "1 to " + NamedEntry.ID_CHARS_MAX + ", printable ASCII");
    }
    return new NamedEntry(id.orElse(null), item.bytes("data", 1, config.entryBytesMax()));
  }

  private Future<Reply> claimEntries(Call call) {
    PoolName name = new PoolName(call.param(0));
    List<BatchClaims.Wanted> wanted =
        wanted(JsonFields.parse(call.body()), "account", PoolRoutes::account);
    return claims
        .claimEntries(PrekeyRoutes.claimant(call), name, wanted, PrekeyRoutes.once(call))
        .map(json -> Reply.json(200, json));
  }

  private Future<Reply> claimPrekeys(Call call) {
    List<BatchClaims.Wanted> wanted =
        wanted(JsonFields.parse(call.body()), "destination", Destination::parse);
    return claims
        .claimPrekeys(
            (Claimant.Device) PrekeyRoutes.claimant(call), wanted, PrekeyRoutes.once(call))
        .map(json -> Reply.json(200, json));
  }

  private List<BatchClaims.Wanted> wanted(
      JsonFields body, String field, Function<String, Destination> parse) {
    List<JsonFields> items = body.objects(DESTINATIONS, batchMax);
    if (items.isEmpty()) {
      throw GatewayException.invalidField(DESTINATIONS, "none", "1 to " + batchMax);
    }
    List<BatchClaims.Wanted> wanted = new ArrayList<>(items.size());
    for (JsonFields item : items) {
      String text = item.text(field, DESTINATION_CHARS_MAX);
      int device =
          item.integerOr("*", "device", DeviceAddress.PRIMARY, DeviceAddress.DEVICE_MAX)
              .orElse(ClaimTarget.ALL_DEVICES);
      try {
        wanted.add(new BatchClaims.Wanted(text, parse.apply(text), device));
      } catch (GatewayException malformed) {
        // Of a body it is a wrong value, of a path it would be a path that cannot be read.
        throw GatewayException.invalidField(
            item.path(field), text.length() + " characters", "an id of the right form");
      }
    }
    return wanted;
  }

  private static Destination account(String text) {
    return new Destination.ById(ServiceId.aci(ServiceId.parseUuid(text)));
  }
}
