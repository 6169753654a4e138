package io.restante.push.fcm;

import io.restante.push.BoundedHttp;
import io.restante.push.BoundedHttp.Answer;
import io.restante.push.Push;
import io.restante.push.PushOutcome;
import io.restante.push.PushSender;
import io.restante.push.RetryAfter;
import io.restante.push.fcm.Grant.AccessToken;
import io.restante.push.fcm.Grant.Denied;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.InstantSource;
import java.util.Map;

/**
 * Brings pushes to FCM, HTTP v1.
 *
 * <p>A push is to be sent later where the service account's key, or an access token that was just
 * given, is not taken: both can pass.
 */
final class FcmSender implements PushSender {
  private final BoundedHttp http;
  private final AccessTokens tokens;
  private final String server;
  private final InstantSource clock;

  FcmSender(BoundedHttp http, AccessTokens tokens, String server, InstantSource clock) {
    this.http = http;
    this.tokens = tokens;
    this.server = server;
    this.clock = clock;
  }

  @Override
  public int envelopeBytesMax() {
    return FcmMessage.ENVELOPE_BYTES_MAX;
  }

  @Override
  public Future<PushOutcome> send(Push push) {
    Buffer envelope = push.envelope();
    if (envelope != null && envelope.length() > FcmMessage.ENVELOPE_BYTES_MAX) {
      return Future.succeededFuture(new PushOutcome.Refused("TOO_LARGE"));
    }
    long startMs = clock.millis();
    return attempt(FcmMessage.body(push, startMs), startMs, true);
  }

  private Future<PushOutcome> attempt(Buffer body, long startMs, boolean first) {
    return tokens
        .get()
        .compose(
            grant -> {
              if (grant instanceof AccessToken token) {
                return post(body, token)
                    .compose(answer -> judge(answer, token, body, startMs, first));
              }
              return Future.succeededFuture(((Denied) grant).outcome());
            });
  }

  private Future<Answer> post(Buffer body, AccessToken token) {
    String url = server + "/v1/projects/" + token.account().projectId() + "/messages:send";
    Map<String, String> headers =
        Map.of("Authorization", "Bearer " + token.value(), "Content-Type", "application/json");
    return http.post(url, headers, body);
  }

  private Future<PushOutcome> judge(
      Answer answer, AccessToken token, Buffer body, long startMs, boolean first) {
    if (!FcmAnswer.isAccessTokenRefused(answer)) {
      return Future.succeededFuture(FcmAnswer.outcome(answer, startMs, clock.millis()));
    }
    if (tokens.forget(token) && first) {
      return attempt(body, startMs, false);
    }
    return Future.succeededFuture(
        new PushOutcome.Later(RetryAfter.ms(answer.retryAfter(), clock.millis())));
  }

  @Override
  public void close() {
    http.close();
  }
}
