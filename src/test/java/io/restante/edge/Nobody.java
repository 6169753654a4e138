package io.restante.edge;

import io.restante.account.Caller;
import io.restante.account.Credentials;
import io.vertx.core.Future;
import java.util.Optional;

/** Credentials of no one. */
final class Nobody implements Credentials {
  @Override
  public Future<Optional<Caller>> authenticate(String name, String password) {
    return Future.succeededFuture(Optional.empty());
  }

  @Override
  public Future<Boolean> isCurrent(Caller caller) {
    return Future.succeededFuture(false);
  }
}
