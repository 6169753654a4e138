package io.restante.session;

import io.restante.account.Caller;
import io.vertx.core.Future;
import io.vertx.core.http.ServerWebSocket;
import org.jspecify.annotations.Nullable;

/** Takes over the WebSockets that an event loop accepts. */
public interface SocketAcceptor {
  /**
   * Whether a device may open a further socket; fails with 429 where its sockets displace each
   * other.
   */
  Future<Void> admit(Caller caller);

  /**
   * Takes a socket over, of which nothing has been read yet.
   *
   * @param caller the device it belongs to, null for an anonymous socket
   * @param hearsStock whether it asked to be told that its prekeys run low
   */
  void accept(
      ServerWebSocket socket, @Nullable Caller caller, String remoteAddress, boolean hearsStock);

  /** Takes over the socket of a device that is about to be linked. */
  void acceptNewDevice(ServerWebSocket socket, String remoteAddress);
}
