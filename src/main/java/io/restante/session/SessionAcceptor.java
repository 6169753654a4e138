package io.restante.session;

import io.restante.account.Caller;
import io.restante.account.Credentials;
import io.restante.account.Provisioning;
import io.restante.delivery.Departures;
import io.restante.limit.ByteBudget;
import io.restante.mailbox.Doorbell;
import io.restante.mailbox.MailboxStore;
import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.ServerWebSocket;
import org.jspecify.annotations.Nullable;

/** Makes a session, or an anonymous socket, of each WebSocket that an event loop accepts. */
public final class SessionAcceptor implements SocketAcceptor {
  private final SessionConfig config;
  private final Tunnel tunnel;
  private final SessionRegistry registry;
  private final BudgetedFrames.Limits ofStrangers;
  private final BudgetedFrames.Limits ofDevices;
  private final SessionMeters meters;
  private final SessionSocket.Parts parts;
  private final Provisioning provisioning;
  private final int provisioningWaitMs;

  /**
   * An acceptor of one event loop, made on it.
   *
   * @param unfinished bytes of messages that are not whole yet, of all event loops
   * @param provisioningWaitMs how long a device may wait to be linked
   */
  public SessionAcceptor(
      Vertx vertx,
      SessionConfig config,
      Tunnel tunnel,
      SessionRegistry registry,
      ByteBudget unfinished,
      Credentials credentials,
      MailboxStore mailbox,
      Doorbell doorbell,
      Stock stock,
      Departures departures,
      SessionMeters meters,
      Provisioning provisioning,
      int provisioningWaitMs) {
    this.config = config;
    this.tunnel = tunnel;
    this.registry = registry;
    this.ofStrangers = limits(config, unfinished, true);
    this.ofDevices = limits(config, unfinished, false);
    this.meters = meters;
    this.parts =
        new SessionSocket.Parts(
            vertx,
            config,
            credentials,
            mailbox,
            doorbell,
            stock,
            departures,
            meters,
            new Rota(vertx, config.sweepMs()),
            new Rota(vertx, config.recheckMs()));
    this.provisioning = provisioning;
    this.provisioningWaitMs = provisioningWaitMs;
  }

  @Override
  public Future<Void> admit(Caller caller) {
    // Where Redis cannot be asked, the session will not open either, and says so.
    return parts
        .doorbell()
        .admit(caller.address())
        .recover(
            failure ->
                failure instanceof GatewayException refusal
                        && refusal.code() == ErrorCode.RATE_LIMITED
                    ? Future.failedFuture(refusal)
                    : Future.succeededFuture());
  }

  @Override
  public void accept(
      ServerWebSocket socket, @Nullable Caller caller, String remoteAddress, boolean hearsStock) {
    Context context = Vertx.currentContext();
    FrameSocket frames = frames(socket, caller, remoteAddress);
    if (caller == null) {
      AnonymousSocket anonymous = new AnonymousSocket(frames, context);
      if (admit(anonymous, frames)) {
        anonymous.open(() -> registry.remove(anonymous));
      }
    } else {
      SessionSocket session = new SessionSocket(parts, context, caller, frames, hearsStock);
      if (admit(session, frames)) {
        session.open(() -> registry.remove(session));
      }
    }
  }

  @Override
  public void acceptNewDevice(ServerWebSocket socket, String remoteAddress) {
    FrameSocket frames = frames(socket, null, remoteAddress);
    AnonymousSocket anonymous = new AnonymousSocket(frames, Vertx.currentContext());
    if (admit(anonymous, frames)) {
      ProvisioningSocket fresh = new ProvisioningSocket(parts.vertx(), provisioning, frames);
      anonymous.open(
          () -> {
            fresh.onClosed();
            registry.remove(anonymous);
          });
      fresh.open(provisioningWaitMs);
    }
  }

  private FrameSocket frames(
      ServerWebSocket socket, @Nullable Caller caller, String remoteAddress) {
    WebSocketChannel channel =
        WebSocketChannel.of(
            socket, Vertx.currentContext(), caller == null ? ofStrangers : ofDevices);
    return new FrameSocket(channel, tunnel, caller, remoteAddress, config, meters);
  }

  private static BudgetedFrames.Limits limits(
      SessionConfig config, ByteBudget unfinished, boolean strangers) {
    return new BudgetedFrames.Limits(
        unfinished, strangers, config.frameBytesMax(), config.messageTimeoutMs());
  }

  private boolean admit(SessionRegistry.OpenSocket socket, FrameSocket frames) {
    boolean admitted = registry.add(socket);
    if (!admitted) {
      frames.open(ignored -> {}, () -> {}, () -> {});
      frames.close(CloseCode.TRY_LATER);
    }
    return admitted;
  }
}
