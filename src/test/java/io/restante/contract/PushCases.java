package io.restante.contract;

import io.restante.PushKeyFile;
import io.restante.contract.StatusCases.Case;
import io.restante.contract.World.Who;
import io.restante.protocol.ErrorCode;
import io.restante.testing.client.Ask;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** What is asked about Web Push, and by which status and which body it is answered. */
final class PushCases {
  static final String WEB_PUSH = "/v1/accounts/webpush";
  private static final String KEY = "/v1/push/vapid";

  private PushCases() {}

  static List<Case> all() {
    JsonObject good = PushKeyFile.subscription();
    JsonObject padded = good.copy();
    padded.getJsonObject("keys").put("auth", "AQIDBAUGBwgJCgsMDQ4PEA==");
    JsonObject beside = good.copy();
    beside.getJsonObject("keys").put("p256dh", "BA" + "A".repeat(85));
    return List.of(
        new Case(Who.NOBODY, world -> get(KEY), 200, null, Set.of("publicKey")),
        taken(world -> put(good)),
        taken(world -> put(padded)),
        taken(world -> World.ask("DELETE", WEB_PUSH, null)),
        refused(Who.NOBODY, ErrorCode.UNAUTHENTICATED, world -> put(good)),
        refused(
            Who.NOBODY, ErrorCode.UNAUTHENTICATED, world -> World.ask("DELETE", WEB_PUSH, null)),
        refused(Who.ALICE, ErrorCode.METHOD_NOT_ALLOWED, world -> get(WEB_PUSH)),
        refused(Who.ALICE, ErrorCode.INVALID_FIELD, world -> put(beside)),
        refused(
            Who.ALICE,
            ErrorCode.INVALID_FIELD,
            world -> put(good.copy().put("endpoint", "https://127.0.0.1/"))));
  }

  private static Case taken(Function<World, Ask> ask) {
    return new Case(Who.ALICE, ask, 204, null, Set.of());
  }

  private static Case refused(Who who, ErrorCode code, Function<World, Ask> ask) {
    return new Case(who, ask, code.status(), code, Set.of());
  }

  private static Ask get(String path) {
    return World.ask("GET", path, null);
  }

  private static Ask put(JsonObject subscription) {
    return World.ask("PUT", WEB_PUSH, subscription);
  }
}
