package io.restante.push.webpush;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.SocketAddress;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
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
   * @return an address of each family that it has, IPv4 first, each one of several by chance; empty
   *     where it is one, or has one among others, that no push may go to. Fails where it has none
   */
  Future<List<SocketAddress>> addresses(Endpoint endpoint) {
    return HostName.address(endpoint.host())
        .map(address -> Future.succeededFuture(List.of(address)))
        .orElseGet(() -> resolve(endpoint))
        .map(
            all ->
                all.stream().allMatch(address -> rules.mayReach(endpoint, address))
                    ? oneOfEachFamily(all, endpoint.port())
                    : List.of());
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

  private static List<SocketAddress> oneOfEachFamily(List<InetAddress> all, int port) {
    List<InetAddress> shuffled = new ArrayList<>(all);
    Collections.shuffle(shuffled, ThreadLocalRandom.current());
    List<SocketAddress> chosen = new ArrayList<>(2);
    for (boolean four : List.of(true, false)) {
      shuffled.stream()
          .filter(address -> address instanceof Inet4Address == four)
          .findFirst()
          .map(address -> SocketAddress.inetSocketAddress(new InetSocketAddress(address, port)))
          .ifPresent(chosen::add);
    }
    return chosen;
  }
}
