package io.restante.session;

import io.restante.account.Caller;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.ServerWebSocket;
import org.jspecify.annotations.Nullable;

/** Makes a session, or an anonymous socket, of each WebSocket that an event loop accepts. */
public final class SocketAcceptor {
  private final SessionConfig config;
  private final Tunnel tunnel;
  private final SessionRegistry registry;

  /** An acceptor of one event loop. */
  public SocketAcceptor(SessionConfig config, Tunnel tunnel, SessionRegistry registry) {
    this.config = config;
    this.tunnel = tunnel;
    this.registry = registry;
  }

  /**
   * Takes a socket over.
   *
   * @param caller the device it belongs to, null for an anonymous socket
   */
  public void accept(ServerWebSocket socket, @Nullable Caller caller, String remoteAddress) {
    Context context = Vertx.currentContext();
    FrameSocket frames =
        new FrameSocket(socket, tunnel, caller, remoteAddress, config.requestsInFlightMax());
    AnonymousSocket anonymous = new AnonymousSocket(frames, context);
    if (!registry.add(anonymous)) {
      frames.close(CloseCode.TRY_LATER);
      return;
    }
    anonymous.open(() -> registry.remove(anonymous));
  }
}
