package io.restante.edge;

import io.netty.handler.codec.TooLongFrameException;
import io.restante.limit.ByteBudget;
import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.ConnectionBase;

/** Receives what arrives on the public port: plain requests and socket upgrades. */
public final class PublicHandler {
  private final Vertx vertx;
  private final HttpConfig config;
  private final Dispatcher dispatcher;
  private final SocketUpgrade upgrade;
  private final PublicServerState state;
  private final ByteBudget bodies;
  private final UnreadAnswers answers;
  private final ClientAddress clientAddress;

  /**
   * A handler of one event loop.
   *
   * @param bodies of requests that are held
   * @param answers that their clients have not read yet
   */
  public PublicHandler(
      Vertx vertx,
      HttpConfig config,
      Dispatcher dispatcher,
      SocketUpgrade upgrade,
      PublicServerState state,
      ByteBudget bodies,
      UnreadAnswers answers) {
    this.vertx = vertx;
    this.config = config;
    this.dispatcher = dispatcher;
    this.upgrade = upgrade;
    this.state = state;
    this.bodies = bodies;
    this.answers = answers;
    this.clientAddress = new ClientAddress(config.trustedProxies());
  }

  void listeningOn(int port) {
    state.listeningOn(port);
  }

  void onConnection(HttpConnection connection) {
    if (state.opened() > config.connectionsMax()) {
      connection.close();
    }
    // The channel's end, as Vert.x never calls the close handler of one that became a WebSocket.
    ((ConnectionBase) connection).channel().closeFuture().addListener(closed -> state.closed());
  }

  void onRequest(HttpServerRequest request) {
    SocketAddress peer = request.connection().remoteAddress();
    String host = peer.hostAddress();
    String client = clientAddress.of(host == null ? "" : host, request.headers());
    HttpExchange exchange = new HttpExchange(vertx, request, config, bodies, answers, client);
    if (state.isDraining()) {
      exchange.respond(
          Problems.reply(new GatewayException(ErrorCode.DRAINING, "reconnect elsewhere", 1)));
    } else if (SocketUpgrade.isUpgrade(request)) {
      upgrade.accept(request, exchange);
    } else {
      dispatcher.dispatch(exchange).onSuccess(exchange::respond);
    }
  }

  /** Answers what is not HTTP, or too long for it, and hangs up. */
  void onInvalidRequest(HttpServerRequest request) {
    boolean tooLong = request.decoderResult().cause() instanceof TooLongFrameException;
    GatewayException refusal =
        tooLong
            ? new GatewayException(ErrorCode.TOO_LARGE, "request line or headers (expected: less)")
            : new GatewayException(ErrorCode.MALFORMED_HEADER, "the request is not HTTP");
    HttpExchange.refuse(request, refusal);
  }
}
