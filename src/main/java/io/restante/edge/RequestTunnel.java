package io.restante.edge;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.restante.account.Caller;
import io.restante.limit.ByteBudget;
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
  private final ByteBudget bodies;

  /** A tunnel of one event loop; bodies are counted with those of HTTP. */
  public RequestTunnel(Dispatcher dispatcher, ByteBudget bodies) {
    this.dispatcher = dispatcher;
    this.bodies = bodies;
  }

  @Override
  public Future<Frame.Response> answer(
      Frame.Request request, @Nullable Caller caller, String remoteAddress) {
    FrameRequest incoming = new FrameRequest(request, caller, remoteAddress, bodies);
    return dispatcher
        .dispatch(incoming)
        .map(
            reply -> {
              incoming.held.release();
              return responseOf(request.id(), reply);
            });
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

  private static final class FrameRequest implements Incoming {
    private final Frame.Request request;
    private final MultiMap headers;
    private final @Nullable Caller socketCaller;
    private final String remoteAddress;
    private final HeldBody held;

    FrameRequest(
        Frame.Request request,
        @Nullable Caller socketCaller,
        String remoteAddress,
        ByteBudget bodies) {
      this.request = request;
      this.headers = headersOf(request);
      this.socketCaller = socketCaller;
      this.remoteAddress = remoteAddress;
      this.held = new HeldBody(bodies);
    }

    @Override
    public String method() {
      return request.verb().toUpperCase(Locale.ROOT);
    }

    @Override
    public String uri() {
      return request.path();
    }

    @Override
    public MultiMap headers() {
      return headers;
    }

    @Override
    public @Nullable Caller socketCaller() {
      return socketCaller;
    }

    @Override
    public String remoteAddress() {
      return remoteAddress;
    }

    /** It has all come; until the answer it is held, like one of HTTP. */
    @Override
    public Future<Buffer> body(boolean stranger) {
      Buffer body = request.body();
      if (body == null) {
        return Future.succeededFuture(NO_BODY);
      }
      return held.hold(stranger, body.length())
          ? Future.succeededFuture(body)
          : Future.failedFuture(HeldBody.tooMany());
    }
  }
}
