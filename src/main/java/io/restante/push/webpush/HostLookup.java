package io.restante.push.webpush;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * From an endpoint to the addresses that its push may go to. What is connected to is an address
 * that came from here, never a name: so a name that is another address the next time gains nothing.
 */
final class HostLookup {
  private final VertxInternal vertx;
  private final EndpointRules rules;

  /** Asks as Vert.x does: its servers, its hosts file, its cache. */
  HostLookup(Vertx vertx, EndpointRules rules) {
    this.vertx = (VertxInternal) vertx;
    this.rules = rules;
  }

  /**
   * Where an endpoint is.
   *
   * @return one of its addresses, by chance, of the family that the JDK prefers; empty where it is
   *     one, or has one among others, that no push may go to. Fails where it has none
   */
  Future<Optional<SocketAddress>> address(Endpoint endpoint) {
    return HostName.address(endpoint.host())
        .map(address -> Future.succeededFuture(List.of(address)))
        .orElseGet(() -> resolve(endpoint))
        .map(
            all ->
                all.stream().allMatch(address -> rules.mayReach(endpoint, address))
                    ? Optional.of(oneOf(all, endpoint.port()))
                    : Optional.empty());
  }

  private Future<List<InetAddress>> resolve(Endpoint endpoint) {
    // With a dot at its end a name is a full one: no domain of the gateway's own is put behind it.
    String name = rules.isNamed(endpoint) ? endpoint.host() : endpoint.host() + '.';
    Promise<List<InetSocketAddress>> answers = Promise.promise();
    vertx.nameResolver().resolveAll(name, done -> answers.complete(done.result(), done.cause()));
    return answers
        .future()
        .map(all -> all.stream().map(InetSocketAddress::getAddress).toList())
        .recover(unknown -> Future.failedFuture(new UnreachableException("no such host")));
  }

  private static SocketAddress oneOf(List<InetAddress> all, int port) {
    Class<?> family = all.get(0).getClass();
    List<InetAddress> preferred = all.stream().filter(family::isInstance).toList();
    int chosen = ThreadLocalRandom.current().nextInt(preferred.size());
    return SocketAddress.inetSocketAddress(new InetSocketAddress(preferred.get(chosen), port));
  }
}
