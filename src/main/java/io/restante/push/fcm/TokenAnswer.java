package io.restante.push.fcm;

import io.restante.push.BoundedHttp.Answer;
import io.restante.push.PushOutcome;
import io.restante.push.RetryAfter;
import io.restante.push.fcm.Grant.AccessToken;
import io.restante.push.fcm.Grant.Denied;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** Understands answers of a token endpoint (RFC 6749, 5.1 and 5.2). */
final class TokenAnswer {
  /**
   * Between tries while Google takes none of the operator's credentials. They can be put right:
   * nothing is lost until then.
   */
  static final long REFUSED_PAUSE_MS = 60_000;

  private static final String NOT_NOW = "not now";
  private static final int LIFETIME_SECONDS_MAX = 86_400;
  private static final long MARGIN_MS_MAX = TimeUnit.SECONDS.toMillis(60);
  private static final Pattern TOKEN = Pattern.compile("[!-~]{1,8192}");
  private static final Set<String> ERRORS =
      Set.of(
          "invalid_request",
          "invalid_client",
          "invalid_grant",
          "unauthorized_client",
          "unsupported_grant_type",
          "invalid_scope",
          "access_denied",
          "disabled_client",
          "deleted_client",
          "org_internal");

  private TokenAnswer() {}

  /**
   * What an answer means.
   *
   * @param askedAtMs when it was asked for, ms since the epoch
   * @param jitter from 0 to 1, so that not all gateways ask for the next one at once
   */
  static Grant grant(Answer answer, GoogleAccount account, long askedAtMs, double jitter) {
    Optional<JsonObject> json = JsonAnswer.of(answer.body());
    int status = answer.status();
    if (status == 200) {
      // Whoever answers 200 with something else is no token endpoint, such as a proxy in trouble.
      return json.<Grant>flatMap(body -> token(body, account, askedAtMs, jitter))
          .orElse(new Denied(new PushOutcome.Later(0), NOT_NOW));
    }
    if (status == 429 || status >= 500) {
      long waitMs = RetryAfter.ms(answer.retryAfter(), askedAtMs);
      return new Denied(new PushOutcome.Later(waitMs), NOT_NOW);
    }
    String reason =
        json.map(body -> body.getValue("error"))
            .filter(ERRORS::contains)
            .map(Object::toString)
            .orElse("HTTP_" + status);
    return new Denied(new PushOutcome.Later(REFUSED_PAUSE_MS), reason);
  }

  private static Optional<AccessToken> token(
      JsonObject json, GoogleAccount account, long askedAtMs, double jitter) {
    if (!(json.getValue("access_token") instanceof String token)
        || !TOKEN.matcher(token).matches()
        || !(json.getValue("expires_in") instanceof Number seconds)
        || seconds.longValue() < 1) {
      return Optional.empty();
    }
    long lifetimeMs =
        TimeUnit.SECONDS.toMillis(Math.min(seconds.longValue(), LIFETIME_SECONDS_MAX));
    long refreshMs = lifetimeMs / 10 * 7 + (long) (jitter * lifetimeMs) / 10;
    long usableMs = lifetimeMs - Math.min(MARGIN_MS_MAX, lifetimeMs / 10);
    return Optional.of(
        new AccessToken(token, account, askedAtMs, askedAtMs + refreshMs, askedAtMs + usableMs));
  }
}
