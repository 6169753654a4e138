package io.restante.edge;

import io.restante.account.Caller;
import io.restante.account.Credentials;
import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The one way of a request, from HTTP and from frames alike: match, name the caller, read the body,
 * handle, and turn a failure into a problem body.
 */
public final class Dispatcher {
  private static final String ACCESS_KEY_HEADER = "Unidentified-Access-Key";
  private static final int ACCESS_KEY_BYTES = 16;

  private final RouteTable routes;
  private final Credentials credentials;
  private final RequestMeter meter;

  /** A dispatcher of one event loop. */
  public Dispatcher(RouteTable routes, Credentials credentials, RequestMeter meter) {
    this.routes = routes;
    this.credentials = credentials;
    this.meter = meter;
  }

  /** Answers a request; never fails. */
  public Future<Reply> dispatch(Incoming incoming) {
    RequestMeter.Timing timing = meter.begin();
    try {
      String uri = incoming.uri();
      int mark = uri.indexOf('?');
      String path = mark < 0 ? uri : uri.substring(0, mark);
      RouteTable.Match match = routes.match(incoming.method(), path);
      timing.route(match.route());
      return admit(match, incoming)
          .compose(match.route().handler()::handle)
          .transform(
              result ->
                  Future.succeededFuture(
                      result.succeeded()
                          ? timing.end(result.result())
                          : refuse(timing, result.cause())));
    } catch (RuntimeException failure) {
      return Future.succeededFuture(refuse(timing, failure));
    }
  }

  private static Reply refuse(RequestMeter.Timing timing, Throwable failure) {
    GatewayException refusal = Problems.refusalOf(failure);
    return timing.refused(refusal.code(), Problems.reply(refusal));
  }

  private Future<Call> admit(RouteTable.Match match, Incoming incoming) {
    return switch (match.route().access()) {
      case OPEN -> call(match, incoming, null, null, null);
      case HANDLE ->
          call(
              match,
              incoming,
              null,
              null,
              basicOf(incoming).orElseThrow(Dispatcher::unauthenticated));
      case DEVICE ->
          callerOf(incoming).compose(caller -> call(match, incoming, caller, null, null));
      case DEVICE_OR_ACCESS_KEY -> {
        String accessKey = incoming.headers().get(ACCESS_KEY_HEADER);
        yield accessKey == null
            ? callerOf(incoming).compose(caller -> call(match, incoming, caller, null, null))
            : call(match, incoming, null, accessKeyOf(accessKey), null);
      }
    };
  }

  /** Who calls: the header's name and password, or else the device whose socket this is. */
  public Future<Caller> callerOf(Incoming incoming) {
    Optional<BasicCredentials> basic = basicOf(incoming);
    if (basic.isPresent()) {
      return authenticate(basic.get());
    }
    Caller caller = incoming.socketCaller();
    boolean wrongHeader = incoming.headers().contains("Authorization");
    return caller == null || wrongHeader
        ? Future.failedFuture(unauthenticated())
        : Future.succeededFuture(caller);
  }

  /** The device with these credentials; fails with 401 where there is none. */
  public Future<Caller> authenticate(BasicCredentials basic) {
    return credentials
        .authenticate(basic.name(), basic.password())
        .map(caller -> caller.orElseThrow(Dispatcher::unauthenticated));
  }

  private static Optional<BasicCredentials> basicOf(Incoming incoming) {
    return BasicCredentials.parse(incoming.headers().get("Authorization"));
  }

  private static GatewayException unauthenticated() {
    return new GatewayException(
        ErrorCode.UNAUTHENTICATED,
        "credentials are missing or wrong (expected: Basic name:password)");
  }

  private static byte[] accessKeyOf(String header) {
    try {
      byte[] key = Base64.getDecoder().decode(header.strip());
      if (key.length == ACCESS_KEY_BYTES) {
        return key;
      }
    } catch (IllegalArgumentException notBase64) {
      // Answered like a wrong key: an anonymous caller learns nothing from the difference.
    }
    throw unauthenticated();
  }

  private static Future<Call> call(
      RouteTable.Match match,
      Incoming incoming,
      @Nullable Caller caller,
      byte @Nullable [] accessKey,
      @Nullable BasicCredentials basic) {
    MultiMap query = MultiMap.caseInsensitiveMultiMap();
    Query.of(incoming.uri()).forEach((name, values) -> query.add(name, values));
    return incoming
        .body(caller == null)
        .map(
            body -> {
              checkContentType(match.route(), incoming, body);
              return new Call(
                  incoming.method(),
                  match.params(),
                  query,
                  incoming.headers(),
                  body,
                  caller,
                  accessKey,
                  basic,
                  incoming.remoteAddress());
            });
  }

  private static void checkContentType(Route route, Incoming incoming, Buffer body) {
    String given = incoming.headers().get("Content-Type");
    if (body.length() == 0 || given == null || route.consumes().equals(Route.ANY_TYPE)) {
      return;
    }
    int semicolon = given.indexOf(';');
    String type = (semicolon < 0 ? given : given.substring(0, semicolon)).strip();
    if (!type.equalsIgnoreCase(route.consumes())) {
      throw new GatewayException(
          ErrorCode.UNSUPPORTED_MEDIA_TYPE,
          "Content-Type of " + given.length() + " characters (expected: " + route.consumes() + ")");
    }
  }
}
