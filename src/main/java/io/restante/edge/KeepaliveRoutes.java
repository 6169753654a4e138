package io.restante.edge;

import io.vertx.core.Future;
import java.util.List;

/** What clients ask to learn that the connection still stands. */
public final class KeepaliveRoutes {
  private KeepaliveRoutes() {}

  /** All of them. */
  public static List<Route> routes() {
    return List.of(
        new Route("GET", "/v1/keepalive", Access.OPEN, call -> Future.succeededFuture(Reply.ok())));
  }
}
