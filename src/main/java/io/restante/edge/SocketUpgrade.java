package io.restante.edge;

import io.netty.handler.codec.http.QueryStringDecoder;
import io.restante.account.Caller;
import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.restante.session.SocketAcceptor;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Turns a request for {@code /v1/websocket/} into a socket: of the device its credentials name, by
 * header or by {@code login} and {@code password} of the query, or an anonymous one without any.
 */
public final class SocketUpgrade {
  private static final String PATH = "/v1/websocket";

  private final Dispatcher dispatcher;
  private final SocketAcceptor sockets;

  /** Upgrades of one event loop. */
  public SocketUpgrade(Dispatcher dispatcher, SocketAcceptor sockets) {
    this.dispatcher = dispatcher;
    this.sockets = sockets;
  }

  /** Whether a request asks for the socket. */
  static boolean isUpgrade(HttpServerRequest request) {
    String path = request.path();
    return path != null
        && (path.equals(PATH) || path.equals(PATH + '/'))
        && request.headers().contains(HttpHeaders.UPGRADE, HttpHeaders.WEBSOCKET, true);
  }

  /** Accepts or answers the refusal. */
  void accept(HttpServerRequest request, HttpExchange exchange) {
    // Bytes after the handshake must wait until there is a socket that reads them.
    request.pause();
    callerOf(request, exchange)
        .compose(
            caller ->
                request
                    .toWebSocket()
                    .onSuccess(
                        socket ->
                            sockets.accept(socket, caller.orElse(null), exchange.remoteAddress()))
                    .mapEmpty())
        .onFailure(failure -> exchange.respond(Problems.reply(Problems.refusalOf(failure))));
  }

  private Future<Optional<Caller>> callerOf(HttpServerRequest request, HttpExchange exchange) {
    try {
      Optional<BasicCredentials> query = queryCredentials(exchange.uri());
      boolean header = request.headers().contains(HttpHeaders.AUTHORIZATION);
      if (query.isEmpty() && !header) {
        return Future.succeededFuture(Optional.empty());
      }
      Future<Caller> caller =
          header ? dispatcher.callerOf(exchange) : dispatcher.authenticate(query.orElseThrow());
      return caller.map(Optional::of).recover(SocketUpgrade::forbidden);
    } catch (GatewayException refusal) {
      return Future.failedFuture(refusal);
    }
  }

  /** On the upgrade wrong credentials are a 403, which clients take as final. */
  private static Future<Optional<Caller>> forbidden(Throwable failure) {
    return Future.failedFuture(
        failure instanceof GatewayException refusal && refusal.code() == ErrorCode.UNAUTHENTICATED
            ? new GatewayException(ErrorCode.WRONG_CREDENTIALS, "credentials are wrong")
            : failure);
  }

  private static Optional<BasicCredentials> queryCredentials(String uri) {
    if (uri.indexOf('?') < 0) {
      return Optional.empty();
    }
    try {
      // Clients send the plus of a number as it is: it is a plus, not a space.
      Map<String, List<String>> query =
          new QueryStringDecoder(uri.replace("+", "%2B")).parameters();
      List<String> login = query.get("login");
      List<String> password = query.get("password");
      return login == null || password == null
          ? Optional.empty()
          : Optional.of(new BasicCredentials(login.get(0), password.get(0)));
    } catch (IllegalArgumentException malformed) {
      throw new GatewayException(
          ErrorCode.MALFORMED_QUERY, "the query (expected: percent-encoded UTF-8)");
    }
  }
}
