package io.restante.session;

import io.restante.account.Caller;
import io.restante.account.Credentials;
import io.restante.mailbox.Doorbell;
import io.restante.mailbox.MailboxStore;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.ServerWebSocket;
import org.jspecify.annotations.Nullable;

/** Makes a session, or an anonymous socket, of each WebSocket that an event loop accepts. */
public final class SessionAcceptor implements SocketAcceptor {
  private final SessionConfig config;
  private final Tunnel tunnel;
  private final SessionRegistry registry;
  private final SessionMeters meters;
  private final SessionSocket.Parts parts;

  /** An acceptor of one event loop. */
  public SessionAcceptor(
      Vertx vertx,
      SessionConfig config,
      Tunnel tunnel,
      SessionRegistry registry,
      Credentials credentials,
      MailboxStore mailbox,
      Doorbell doorbell,
      SessionMeters meters) {
    this.config = config;
    this.tunnel = tunnel;
    this.registry = registry;
    this.meters = meters;
    this.parts = new SessionSocket.Parts(vertx, config, credentials, mailbox, doorbell, meters);
  }

  @Override
  public void accept(ServerWebSocket socket, @Nullable Caller caller, String remoteAddress) {
    Context context = Vertx.currentContext();
    FrameSocket frames =
        new FrameSocket(
            socket, tunnel, caller, remoteAddress, config.requestsInFlightMax(), meters);
    if (caller == null) {
      AnonymousSocket anonymous = new AnonymousSocket(frames, context);
      if (admit(anonymous, frames)) {
        anonymous.open(() -> registry.remove(anonymous));
      }
    } else {
      SessionSocket session = new SessionSocket(parts, context, caller, frames);
      if (admit(session, frames)) {
        session.open(() -> registry.remove(session));
      }
    }
  }

  private boolean admit(SessionRegistry.OpenSocket socket, FrameSocket frames) {
    boolean admitted = registry.add(socket);
    if (!admitted) {
      frames.close(CloseCode.TRY_LATER);
    }
    return admitted;
  }
}
