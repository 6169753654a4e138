package io.restante.edge;

import io.restante.account.Caller;
import io.restante.edge.UnreadAnswers.Unread;
import io.restante.limit.ByteBudget;
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
import io.vertx.core.net.impl.ConnectionBase;
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
  private final HeldBody held;
  private final UnreadAnswers answers;
  private final String remoteAddress;
  private final boolean hasBody;
  private boolean bodyEnded;
  private @Nullable Unread unreadAnswer;

  HttpExchange(
      Vertx vertx,
      HttpServerRequest request,
      HttpConfig config,
      ByteBudget budget,
      UnreadAnswers answers,
      String remoteAddress) {
    this.vertx = vertx;
    this.request = request;
    this.config = config;
    this.held = new HeldBody(budget);
    this.answers = answers;
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
  public Future<Buffer> body(boolean stranger) {
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
    long timer =
        vertx.setTimer(
            config.bodyTimeoutMs(),
            id ->
                promise.tryFail(
                    incomplete(
                        "not all of it came in time (expected: within "
                            + config.bodyTimeoutMs()
                            + " ms)")));
    request.handler(
        chunk -> {
          if (promise.future().isComplete()) {
            return;
          }
          int bytes = body.length() + chunk.length();
          if (bytes > bytesMax) {
            promise.tryFail(tooLarge(bytesMax));
          } else if (held.hold(stranger, bytes)) {
            body.appendBuffer(chunk);
          } else {
            promise.tryFail(HeldBody.tooMany());
          }
        });
    request.endHandler(
        end -> {
          bodyEnded = true;
          promise.tryComplete(body);
        });
    request.exceptionHandler(
        broken -> promise.tryFail(incomplete("the connection ended within it")));
    request.resume();
    return promise.future().onComplete(done -> vertx.cancelTimer(timer));
  }

  private static GatewayException incomplete(String why) {
    return new GatewayException(ErrorCode.INCOMPLETE_BODY, why);
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
    held.release();
    HttpServerResponse response = request.response();
    if (response.closed()) {
      return;
    }
    countUnread(reply.body());
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
    Future<Void> written = body == null ? response.end() : write(body);
    Unread counted = unreadAnswer;
    if (counted != null) {
      written.onComplete(done -> counted.read());
    }
    if (unread) {
      written.onComplete(done -> discardBody());
    }
  }

  private Future<Void> write(Buffer body) {
    HttpServerResponse response = request.response();
    if (unreadAnswer == null || request.version() != HttpVersion.HTTP_2) {
      return response.end(body);
    }
    // Not ended before it is read: a stream that has ended cannot be cut off.
    response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()));
    return response.write(body).compose(read -> response.end());
  }

  /** Counts what the client has to read, until it has, or is gone. */
  private void countUnread(@Nullable Buffer body) {
    if (body != null && body.length() > UnreadAnswers.SMALL_BYTES && unreadAnswer == null) {
      Unread counted = answers.add(body.length(), this::cutOff);
      unreadAnswer = counted;
      request.response().closeHandler(gone -> counted.read());
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

  /** Ends the connection at once, with what has not left; over HTTP/2 just the stream. */
  @SuppressWarnings("FutureReturnValueIgnored") // Whether it had ended already makes no difference.
  private void cutOff() {
    if (request.version() == HttpVersion.HTTP_2) {
      request.response().reset();
    } else {
      // Past Vert.x, whose end of a connection awaits that all is read, and past TLS.
      ((ConnectionBase) request.connection()).channel().pipeline().firstContext().close();
    }
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
