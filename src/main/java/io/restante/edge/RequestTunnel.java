package io.restante.edge;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.restante.account.Caller;
import io.restante.protocol.Frame;
import io.restante.session.Tunnel;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Carries the requests of a socket to the same handlers that answer HTTP. */
public final class RequestTunnel implements Tunnel {
  private static final Buffer NO_BODY = Buffer.buffer(0);

  private final Dispatcher dispatcher;

  /** A tunnel of one event loop. */
  public RequestTunnel(Dispatcher dispatcher) {
    this.dispatcher = dispatcher;
  }

  @Override
  public Future<Frame.Response> answer(
      Frame.Request request, @Nullable Caller caller, String remoteAddress) {
    return dispatcher
        .dispatch(new FrameRequest(request, headersOf(request), caller, remoteAddress))
        .map(reply -> responseOf(request.id(), reply));
  }

  private static MultiMap headersOf(Frame.Request request) {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    for (String line : request.headers()) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        headers.add(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
      }
    }
    return headers;
  }

  private static Frame.Response responseOf(long id, Reply reply) {
    List<String> headers = new ArrayList<>(reply.headers().size() + 2);
    headers.add("X-Signal-Timestamp: " + System.currentTimeMillis());
    if (reply.contentType() != null) {
      headers.add("Content-Type: " + reply.contentType());
    }
    reply.headers().forEach((name, value) -> headers.add(name + ": " + value));
    String message = HttpResponseStatus.valueOf(reply.status()).reasonPhrase();
    return new Frame.Response(id, reply.status(), message, headers, reply.body());
  }

  private record FrameRequest(
      Frame.Request request, MultiMap headers, @Nullable Caller socketCaller, String remoteAddress)
      implements Incoming {
    @Override
    public String method() {
      return request.verb().toUpperCase(Locale.ROOT);
    }

    @Override
    public String uri() {
      return request.path();
    }

    @Override
    public Future<Buffer> body(boolean stranger) {
      Buffer body = request.body();
      return Future.succeededFuture(body == null ? NO_BODY : body);
    }
  }
}
