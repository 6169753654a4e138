package io.restante.account;

import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.restante.protocol.Handle;
import io.restante.protocol.WebhookSignature;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpRequest;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import io.vertx.ext.web.codec.BodyCodec;
import java.time.InstantSource;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Posts codes to the operator, who delivers them: {@code {handle, code, transport}} as JSON.
 *
 * <p>Signed as {@link WebhookSignature} says, or unsigned without a secret. {@code
 * Restante-Delivery} is the same on each attempt, so that a code that arrives twice is sent on
 * once. Any 2xx is taken as delivered; redirects are not followed.
 */
public final class WebhookCodeSender implements CodeSender {
  private static final Logger LOG = LoggerFactory.getLogger(WebhookCodeSender.class);
  private static final int ATTEMPTS_MAX = 3;
  private static final int POOL_MAX = 16;
  private static final int QUEUE_MAX = 256;

  /** An answer other than 2xx. */
  private static final class NotTaken extends RuntimeException {
    NotTaken(int status) {
      super("status " + status, null, false, false);
    }
  }

  private final Vertx vertx;
  private final WebClient client;
  private final String url;
  private final WebhookSignature signature;
  private final int timeoutMs;
  private final int pauseMs;
  private final InstantSource clock;

  /** A sender with 3 attempts of 2 s each, 250 and 500 ms apart. */
  public WebhookCodeSender(Vertx vertx, String url, @Nullable String secret) {
    this(vertx, url, secret, 2_000, 250, InstantSource.system());
  }

  WebhookCodeSender(
      Vertx vertx,
      String url,
      @Nullable String secret,
      int timeoutMs,
      int pauseMs,
      InstantSource clock) {
    this.vertx = vertx;
    this.url = url;
    this.signature = new WebhookSignature(secret);
    this.timeoutMs = timeoutMs;
    this.pauseMs = pauseMs;
    this.clock = clock;
    this.client =
        WebClient.create(
            vertx,
            new WebClientOptions()
                .setFollowRedirects(false)
                .setConnectTimeout(timeoutMs)
                .setUserAgent("restante"),
            new PoolOptions().setHttp1MaxSize(POOL_MAX).setMaxWaitQueueSize(QUEUE_MAX));
  }

  @Override
  public Future<Void> send(Handle handle, String code, Transport transport) {
    Buffer body =
        new JsonObject()
            .put("handle", handle.text())
            .put("code", code)
            .put("transport", transport.name().toLowerCase(Locale.ROOT))
            .toBuffer();
    return attempt(body, UUID.randomUUID().toString(), 1);
  }

  private Future<Void> attempt(Buffer body, String delivery, int number) {
    return post(body, delivery)
        .recover(
            failure -> {
              LOG.warn(
                  "code not taken by the webhook: attempt={} of {} cause={}",
                  number,
                  ATTEMPTS_MAX,
                  failure instanceof NotTaken
                      ? failure.getMessage()
                      : failure.getClass().getSimpleName());
              return number == ATTEMPTS_MAX
                  ? Future.failedFuture(
                      new GatewayException(
                          ErrorCode.CODE_NOT_SENT,
                          "the operator's webhook has not taken the code",
                          5))
                  : pause((long) pauseMs << (number - 1))
                      .compose(done -> attempt(body, delivery, number + 1));
            });
  }

  private Future<Void> post(Buffer body, String delivery) {
    HttpRequest<Void> request = client.postAbs(url).timeout(timeoutMs).as(BodyCodec.none());
    request.putHeader("Content-Type", "application/json");
    signature.headers(delivery, clock.millis(), body).forEach(request::putHeader);
    return request
        .sendBuffer(body)
        .map(
            response -> {
              if (response.statusCode() / 100 != 2) {
                throw new NotTaken(response.statusCode());
              }
              return null;
            });
  }

  private Future<Void> pause(long ms) {
    Promise<Void> over = Promise.promise();
    vertx.setTimer(ms, id -> over.complete());
    return over.future();
  }

  /** Ends its connections. */
  public void close() {
    client.close();
  }
}
