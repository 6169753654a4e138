package io.restante.edge;

import io.restante.account.Caller;
import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One HTTP request with its response. The body is not read before someone asks for it. */
final class HttpExchange implements Incoming {
  private static final CharSequence TIMESTAMP = HttpHeaders.createOptimized("X-Signal-Timestamp");
  private static final Set<HttpMethod> BODY_METHODS =
      Set.of(HttpMethod.PUT, HttpMethod.POST, HttpMethod.PATCH);
  private static final Buffer NO_BODY = Buffer.buffer(0);

  private final Vertx vertx;
  private final HttpServerRequest request;
  private final HttpConfig config;
  private final String remoteAddress;
  private final boolean hasBody;
  private boolean bodyEnded;

  HttpExchange(Vertx vertx, HttpServerRequest request, HttpConfig config, String remoteAddress) {
    this.vertx = vertx;
    this.request = request;
    this.config = config;
    this.remoteAddress = remoteAddress;
    this.hasBody = hasBody(request);
    if (hasBody) {
      request.pause();
    }
  }

  private static boolean hasBody(HttpServerRequest request) {
    String length = request.headers().get(HttpHeaders.CONTENT_LENGTH);
    if (length != null) {
      return !length.equals("0");
    }
    if (request.version() == HttpVersion.HTTP_2) {
      return BODY_METHODS.contains(request.method());
    }
    return request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
  }

  /** Whether a body comes with it. */
  boolean hasBody() {
    return hasBody;
  }

  @Override
  public String method() {
    return request.method().name();
  }

  @Override
  public String uri() {
    return request.uri();
  }

  @Override
  public MultiMap headers() {
    return request.headers();
  }

  @Override
  public @Nullable Caller socketCaller() {
    return null;
  }

  @Override
  public String remoteAddress() {
    return remoteAddress;
  }

  @Override
  public Future<Buffer> body() {
    if (!hasBody) {
      return Future.succeededFuture(NO_BODY);
    }
    int bytesMax = config.bodyBytesMax();
    String length = request.headers().get(HttpHeaders.CONTENT_LENGTH);
    // More digits than an int has are too large, too; the codec has refused what is no number.
    if (length != null && (length.length() > 9 || Integer.parseInt(length) > bytesMax)) {
      return Future.failedFuture(tooLarge(bytesMax));
    }
    Promise<Buffer> promise = Promise.promise();
    Buffer body = Buffer.buffer();
    long timer = vertx.setTimer(config.bodyTimeoutMs(), id -> request.connection().close());
    request.handler(
        chunk -> {
          if (body.length() + chunk.length() > bytesMax) {
            promise.tryFail(tooLarge(bytesMax));
          } else {
            body.appendBuffer(chunk);
          }
        });
    request.endHandler(
        end -> {
          bodyEnded = true;
          promise.tryComplete(body);
        });
    request.exceptionHandler(
        broken ->
            promise.tryFail(
                new GatewayException(ErrorCode.INCOMPLETE_BODY, "the connection ended within it")));
    request.resume();
    return promise.future().onComplete(done -> vertx.cancelTimer(timer));
  }

  private static GatewayException tooLarge(int bytesMax) {
    return new GatewayException(
        ErrorCode.TOO_LARGE, "body (expected: at most " + bytesMax + " bytes)");
  }

  /** Stamps an answer that others write: that of an upgrade. */
  void stamp() {
    request.response().putHeader(TIMESTAMP, Long.toString(System.currentTimeMillis()));
  }

  /** Writes the answer. A connection whose request body nobody read to its end is closed. */
  void respond(Reply reply) {
    HttpServerResponse response = request.response();
    if (response.closed()) {
      return;
    }
    if (request.version() != HttpVersion.HTTP_2 && response.writeQueueFull()) {
      // The client sends more requests than it reads answers; the next one waits for this answer.
      response.drainHandler(drained -> respond(reply));
      return;
    }
    response.setStatusCode(reply.status());
    response.putHeader(TIMESTAMP, Long.toString(System.currentTimeMillis()));
    reply.headers().forEach(response::putHeader);
    String contentType = reply.contentType();
    if (contentType != null) {
      response.putHeader(HttpHeaders.CONTENT_TYPE, contentType);
    }
    boolean unread = hasBody && !bodyEnded && !request.isEnded();
    if (unread && request.version() != HttpVersion.HTTP_2) {
      response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    }
    Buffer body = reply.body();
    Future<Void> written = body == null ? response.end() : response.end(body);
    if (unread) {
      written.onComplete(done -> discardBody());
    }
  }

  /** Answers a request that is not HTTP, or too long for it, and hangs up. */
  static void refuse(HttpServerRequest request, GatewayException refusal) {
    Reply reply = Problems.reply(refusal);
    HttpServerResponse response = request.response();
    response
        .setStatusCode(reply.status())
        .putHeader(TIMESTAMP, Long.toString(System.currentTimeMillis()))
        .putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
        .putHeader(HttpHeaders.CONTENT_TYPE, String.valueOf(reply.contentType()))
        .end(reply.body() == null ? NO_BODY : reply.body());
    request.connection().close();
  }

  /** Reads on for a moment, so that a client that is still sending sees the answer first. */
  private void discardBody() {
    if (request.isEnded()) {
      hangUp();
      return;
    }
    long timer = vertx.setTimer(config.discardMs(), id -> hangUp());
    request.exceptionHandler(broken -> vertx.cancelTimer(timer));
    request.handler(chunk -> {});
    request.endHandler(
        end -> {
          vertx.cancelTimer(timer);
          hangUp();
        });
    request.resume();
  }

  /** Ends the connection, or over HTTP/2 just the stream, which others share a connection with. */
  private void hangUp() {
    if (request.version() == HttpVersion.HTTP_2) {
      request.response().reset();
    } else {
      request.connection().close();
    }
  }
}
