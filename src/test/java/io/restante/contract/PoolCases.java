package io.restante.contract;

import io.restante.contract.StatusCases.Case;
import io.restante.contract.World.Who;
import io.restante.protocol.ErrorCode;
import io.restante.testing.client.Ask;
import io.restante.testing.client.Phone;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** What is asked of pools and batches, and by which status and which body it is answered. */
final class PoolCases {
  private static final String POOLS = "/v1/pools";
  private static final String MLS = POOLS + "/mls";
  private static final String BATCH = "/v2/keys/batch";
  private static final Set<String> RESULTS = Set.of("results");
  private static final Set<String> STATE =
      Set.of(
          "identity", "name", "count", "hasLastResort", "order", "ttlSeconds", "oldestAgeSeconds");

  private PoolCases() {}

  static List<Case> all() {
    return List.of(
        taken(204, Set.of(), world -> put(MLS)),
        taken(200, Set.of("pools", "signedPreKeys"), world -> World.ask("GET", POOLS, null)),
        new Case(Who.NOBODY, PoolCases::state, 200, null, STATE),
        taken(200, RESULTS, PoolCases::claim),
        new Case(Who.NOBODY, world -> sealed(world, claim(world)), 200, null, RESULTS),
        taken(200, RESULTS, PoolCases::batch),
        taken(204, Set.of(), PoolCases::deletion),
        refused(Who.ALICE, ErrorCode.NO_SUCH_POOL, world -> none("GET")),
        refused(Who.ALICE, ErrorCode.NO_SUCH_POOL, world -> none("DELETE")),
        refused(Who.ALICE, ErrorCode.INVALID_FIELD, world -> put(POOLS + "/ec")),
        refused(Who.NOBODY, ErrorCode.UNAUTHENTICATED, PoolCases::batch),
        refused(Who.NOBODY, ErrorCode.UNAUTHENTICATED, world -> put(MLS)),
        refused(
            Who.NOBODY,
            ErrorCode.UNAUTHENTICATED,
            world -> sealed(world, claimOf(World.unknownId()))));
  }

  private static Case taken(int status, Set<String> fields, Function<World, Ask> ask) {
    return new Case(Who.ALICE, ask, status, null, fields);
  }

  private static Case refused(Who who, ErrorCode code, Function<World, Ask> ask) {
    return new Case(who, ask, code.status(), code, Set.of());
  }

  private static Ask put(String path) {
    return World.ask("PUT", path, World.pool());
  }

  private static Ask none(String method) {
    return World.ask(method, POOLS + "/none", null);
  }

  private static Ask state(World world) {
    Phone phone = world.fresh();
    phone.ask(put(MLS)).expect(204);
    return phone.signed(World.ask("GET", MLS, null));
  }

  private static Ask deletion(World world) {
    world.alice().ask(put(POOLS + "/deleted")).expect(204);
    return World.ask("DELETE", POOLS + "/deleted", null);
  }

  private static Ask claim(World world) {
    return claimOf(world.bob().aci());
  }

  private static Ask claimOf(String account) {
    JsonObject body = World.of("account", account);
    return World.ask("POST", MLS + "/claim", body);
  }

  private static Ask batch(World world) {
    return World.ask("POST", BATCH, World.of("destination", world.bob().aci()));
  }

  private static Ask sealed(World world, Ask ask) {
    return ask.with("Unidentified-Access-Key", world.bob().accessKey());
  }
}
