package io.restante.push;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Posts to servers of others, each with an end: from the wait for a connection to the last byte of
 * the answer it takes no longer than its timeout, connections and those that wait for one have a
 * maximum, and so have the bytes that are read of an answer. Redirects are not followed. HTTP/2
 * where the server speaks it under TLS, otherwise HTTP/1.1.
 */
public final class BoundedHttp {
  /** Bytes of an answer that are read. */
  public static final int ANSWER_BYTES_MAX = 64 * 1024;

  /** Posts that may wait for a connection. */
  public static final int WAITING_MAX = 1_024;

  /**
   * What a server said.
   *
   * @param retryAfter the header of that name, null where there is none
   * @param body null where it was longer than {@link #ANSWER_BYTES_MAX}
   */
  public record Answer(int status, @Nullable String retryAfter, @Nullable Buffer body) {
    /** Hides the body. */
    @Override
    public String toString() {
      return "Answer[status=" + status + "]";
    }
  }

  /** No answer came. Its message has neither address nor content, as addresses can be secrets. */
  public static final class Unanswered extends RuntimeException {
    private static final long serialVersionUID = 1;

    Unanswered(String why) {
      super("no answer: " + why, null, false, false);
    }
  }

  private final HttpClient client;
  private final int timeoutMs;
  private final Alarm alarm;

  /**
   * Posts of one event loop.
   *
   * @param timeoutMs from the start of a post until its answer is read
   * @param connectionsMax to each server
   */
  public BoundedHttp(Vertx vertx, int timeoutMs, int connectionsMax) {
    this(vertx, timeoutMs, connectionsMax, new HttpClientOptions(), Alarm.of(vertx));
  }

  /**
   * The same with the options of a client, such as whom it trusts, and what says when time is up.
   */
  public BoundedHttp(
      Vertx vertx, int timeoutMs, int connectionsMax, HttpClientOptions options, Alarm alarm) {
    this.timeoutMs = timeoutMs;
    this.alarm = alarm;
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions(options)
                // Without TLS; under TLS the two agree on one of the others.
                .setProtocolVersion(HttpVersion.HTTP_1_1)
                .setUseAlpn(true)
                .setAlpnVersions(List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1))
                .setConnectTimeout(timeoutMs)
                .setSslHandshakeTimeout(timeoutMs)
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS),
            new PoolOptions()
                .setHttp1MaxSize(connectionsMax)
                .setHttp2MaxSize(connectionsMax)
                .setMaxWaitQueueSize(WAITING_MAX));
  }

  /**
   * Posts once.
   *
   * @param url absolute
   * @return the answer, whatever its status; fails with {@link Unanswered}
   */
  public Future<Answer> post(String url, Map<String, String> headers, Buffer body) {
    long startNanos = System.nanoTime();
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setAbsoluteURI(url)
            .setFollowRedirects(false)
            .setConnectTimeout(timeoutMs)
            .putHeader("User-Agent", "restante");
    headers.forEach(options::putHeader);
    return client
        .request(options)
        .compose(request -> exchange(request, body, leftMs(startNanos)))
        .recover(failure -> Future.failedFuture(unanswered(failure)));
  }

  private long leftMs(long startNanos) {
    return Math.max(1, timeoutMs - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos));
  }

  private Future<Answer> exchange(HttpClientRequest request, Buffer body, long leftMs) {
    Promise<Answer> answered = Promise.promise();
    Runnable off =
        alarm.set(
            leftMs,
            () -> {
              answered.tryFail(new Unanswered("none in " + timeoutMs + " ms"));
              giveUp(request);
            });
    request
        .send(body)
        .compose(BoundedHttp::read)
        .onSuccess(answered::tryComplete)
        .onFailure(answered::tryFail);
    return answered.future().onComplete(done -> off.run());
  }

  private void giveUp(HttpClientRequest request) {
    request.reset(AnswerBody.CANCEL);
    // A connection on which nothing comes back may be dead, and more would be sent on it.
    request.connection().shutdown(timeoutMs, TimeUnit.MILLISECONDS);
  }

  private static Future<Answer> read(HttpClientResponse response) {
    int status = response.statusCode();
    String retryAfter = response.getHeader("Retry-After");
    return AnswerBody.read(response, ANSWER_BYTES_MAX)
        .map(body -> new Answer(status, retryAfter, body.orElse(null)));
  }

  private static Unanswered unanswered(Throwable failure) {
    return failure instanceof Unanswered known
        ? known
        : new Unanswered(failure.getClass().getSimpleName());
  }

  /** Ends its connections. */
  public void close() {
    client.close();
  }
}
