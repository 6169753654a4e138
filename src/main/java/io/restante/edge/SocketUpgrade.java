package io.restante.edge;

import io.restante.account.Caller;
import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.restante.session.SocketAcceptor;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.ServerWebSocket;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Turns a request for {@code /v1/websocket/} into a socket: of the device its credentials name, by
 * header or by {@code login} and {@code password} of the query, or an anonymous one without any;
 * and one for {@code /v1/websocket/provisioning/} into that of a device which is about to be
 * linked.
 */
public final class SocketUpgrade {
  private static final String PATH = "/v1/websocket";
  private static final String NEW_DEVICE_PATH = PATH + "/provisioning";

  /** Which events a socket is sent besides the contract's, with commas between. */
  public static final String EVENTS_HEADER = "X-Restante-Events";

  private static final String STOCK_EVENTS = "prekeys";
  private static final String VERSION = "13";
  private static final Pattern KEY = Pattern.compile("[A-Za-z0-9+/]{22}==");

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
        && (isAt(path, PATH) || isAt(path, NEW_DEVICE_PATH))
        && request.headers().contains(HttpHeaders.UPGRADE, HttpHeaders.WEBSOCKET, true);
  }

  private static boolean isAt(String path, String expected) {
    return path.equals(expected) || path.equals(expected + '/');
  }

  /** Accepts or answers the refusal. */
  void accept(HttpServerRequest request, HttpExchange exchange) {
    // Bytes after the handshake must wait until there is a socket that reads them.
    request.pause();
    Optional<GatewayException> notOne = notAHandshake(request, exchange);
    if (notOne.isPresent()) {
      Reply refused = Problems.reply(notOne.get());
      exchange.respond(
          notOne.get().code() == ErrorCode.METHOD_NOT_ALLOWED
              ? refused
              : refused.withHeader("Sec-WebSocket-Version", VERSION));
      return;
    }
    exchange.stamp();
    if (isAt(request.path(), NEW_DEVICE_PATH)) {
      socketOf(request)
          .onSuccess(socket -> sockets.acceptNewDevice(socket, exchange.remoteAddress()));
      return;
    }
    callerOf(request, exchange)
        .compose(
            caller ->
                caller.isPresent()
                    ? sockets.admit(caller.get()).map(caller)
                    : Future.succeededFuture(caller))
        .compose(
            caller ->
                socketOf(request)
                    .onSuccess(
                        socket ->
                            sockets.accept(
                                socket,
                                caller.orElse(null),
                                exchange.remoteAddress(),
                                asksFor(STOCK_EVENTS, request)))
                    .mapEmpty())
        .onFailure(failure -> refuse(request, exchange, failure));
  }

  private static Future<ServerWebSocket> socketOf(HttpServerRequest request) {
    // Where the client has gone Vert.x would make a socket at the request's end all the same, and
    // throw as the future has failed by then.
    return request.toWebSocket().onFailure(gone -> request.endHandler(null));
  }

  private static void refuse(HttpServerRequest request, HttpExchange exchange, Throwable failure) {
    // Vert.x fails in its own ways to make a socket for a client that has gone.
    if (!request.response().closed()) {
      exchange.respond(Problems.reply(Problems.refusalOf(failure)));
    }
  }

  /** Why it cannot be a handshake (RFC 6455, section 4.2.1): Vert.x answers some as text. */
  private static Optional<GatewayException> notAHandshake(
      HttpServerRequest request, HttpExchange exchange) {
    MultiMap headers = request.headers();
    if (!request.method().equals(HttpMethod.GET)) {
      return Optional.of(GatewayException.methodNotAllowed("GET"));
    }
    try {
      // Of a query that is wrong, no URI can be made, which would be said of the handshake.
      Query.of(exchange.uri());
    } catch (GatewayException malformed) {
      return Optional.of(malformed);
    }
    String connection = headers.get(HttpHeaders.CONNECTION);
    String key = headers.get("Sec-WebSocket-Key");
    boolean well =
        request.version() == HttpVersion.HTTP_1_1
            && !exchange.hasBody()
            && isUri(exchange.uri())
            && headers.contains(HttpHeaders.HOST)
            && connection != null
            && connection.toLowerCase(Locale.ROOT).contains("upgrade")
            && VERSION.equals(headers.get("Sec-WebSocket-Version"))
            && key != null
            && KEY.matcher(key).matches();
    return well
        ? Optional.empty()
        : Optional.of(
            new GatewayException(
                ErrorCode.MALFORMED_HEADER,
                "the handshake (expected: HTTP/1.1, a URI, no body, Host, Connection: Upgrade, a"
                    + " Sec-WebSocket-Key of 16 bytes, Sec-WebSocket-Version: 13)"));
  }

  /** Whether the request names these events, of those that only sockets get that ask for them. */
  private static boolean asksFor(String events, HttpServerRequest request) {
    return request.headers().getAll(EVENTS_HEADER).stream()
        .flatMap(line -> Arrays.stream(line.split(",", -1)))
        .anyMatch(name -> name.strip().equalsIgnoreCase(events));
  }

  private static boolean isUri(String text) {
    try {
      return !new URI(text).isOpaque();
    } catch (URISyntaxException notOne) {
      return false;
    }
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
    // Clients send the plus of a number as it is: it is a plus, not a space.
    Map<String, List<String>> query = Query.of(uri.replace("+", "%2B"));
    List<String> login = query.get("login");
    List<String> password = query.get("password");
    // One without the other is wrong, and no anonymous socket.
    return login == null && password == null
        ? Optional.empty()
        : Optional.of(new BasicCredentials(first(login), first(password)));
  }

  private static String first(@Nullable List<String> values) {
    return values == null ? "" : values.get(0);
  }
}
