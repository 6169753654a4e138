package io.restante.push.apns;

import io.restante.push.AnswerBody;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer, within a time. A connection on which an answer is overdue gets no
 * further request, as it may be dead; so do all, where none was opened in time.
 */
final class Exchange {
  private static final int BODY_BYTES_MAX = 4_096;

  private final Connections connections;
  private @Nullable HttpClientRequest request;
  private boolean over;

  private Exchange(Connections connections) {
    this.connections = connections;
  }

  /** Asks once. */
  static Future<ApnsAnswer> ask(Connections connections, RequestOptions options, Buffer payload) {
    Exchange exchange = new Exchange(connections);
    Future<ApnsAnswer> answer =
        connections
            .client()
            .request(options)
            .compose(opened -> exchange.send(opened, payload))
            .compose(Exchange::answer);
    return connections
        .times()
        .answers()
        .within(connections.timeoutMs(), answer)
        .recover(exchange::fail);
  }

  private Future<HttpClientResponse> send(HttpClientRequest opened, Buffer payload) {
    if (over) {
      // Its connection came too late.
      return opened.reset(AnswerBody.CANCEL).compose(done -> Future.failedFuture("over"));
    }
    request = opened;
    return opened.send(payload);
  }

  /** A body that is too long is as good as none. */
  private static Future<ApnsAnswer> answer(HttpClientResponse response) {
    int status = response.statusCode();
    String retryAfter = response.getHeader("retry-after");
    return AnswerBody.read(response, BODY_BYTES_MAX)
        .map(body -> ApnsAnswer.of(status, retryAfter, body.orElseGet(Buffer::buffer)));
  }

  private Future<ApnsAnswer> fail(Throwable failure) {
    over = true;
    if (failure instanceof TimeoutException) {
      leave();
    }
    return Future.failedFuture(new UnansweredException(failure));
  }

  private void leave() {
    HttpClientRequest unanswered = request;
    if (unanswered == null) {
      // No connection in all this time: the client's own limit leaves one that hangs before its
      // first frame, and never opens another in its place.
      connections.close();
      return;
    }
    unanswered.reset(AnswerBody.CANCEL);
    unanswered.connection().shutdown(connections.timeoutMs(), TimeUnit.MILLISECONDS);
  }
}
