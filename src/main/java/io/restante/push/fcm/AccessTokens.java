package io.restante.push.fcm;

import io.restante.push.BoundedHttp;
import io.restante.push.ReloadedFile;
import io.restante.push.fcm.Grant.AccessToken;
import io.restante.push.fcm.Grant.Denied;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The access token of one event loop, asked for by a signed assertion (RFC 7523) when one is
 * needed. A new one is asked for when 70 to 80 % of its lifetime have passed; until it is there the
 * old one is given. One request at a time, and after one that failed there is a pause, in which
 * everybody who needs a token gets that failure.
 */
final class AccessTokens {
  /** The shortest pause after a request that failed. */
  static final int PAUSE_MS_MIN = 1_000;

  /** The longest. */
  static final int PAUSE_MS_MAX = 30_000;

  /** A token that is refused though it is younger than this is not replaced by another. */
  static final int REPLACED_AFTER_MS = 10_000;

  private static final Logger LOG = LoggerFactory.getLogger(AccessTokens.class);
  private static final String GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer";
  private static final Map<String, String> HEADERS =
      Map.of("Content-Type", "application/x-www-form-urlencoded", "Accept", "application/json");

  /** A request that was made, or is being made. */
  private record Asked(GoogleAccount account, Future<Grant> grant) {}

  private final Vertx vertx;
  private final BoundedHttp http;
  private final ReloadedFile<GoogleAccount> file;
  private final int timeoutMs;
  private final InstantSource clock;
  private final RandomGenerator random;

  private @Nullable AccessToken current;
  private @Nullable Asked underWay;
  private @Nullable Asked failed;
  private long pauseEndsAtMs;
  private int pauseMs = PAUSE_MS_MIN;

  AccessTokens(
      Vertx vertx,
      BoundedHttp http,
      ReloadedFile<GoogleAccount> file,
      int timeoutMs,
      InstantSource clock,
      RandomGenerator random) {
    this.vertx = vertx;
    this.http = http;
    this.file = file;
    this.timeoutMs = timeoutMs;
    this.clock = clock;
    this.random = random;
  }

  /** A token of the account that the file names now. Fails where nobody answers. */
  Future<Grant> get() {
    AccessToken token = current;
    GoogleAccount account = file.value();
    long nowMs = clock.millis();
    if (token == null || !token.account().equals(account) || nowMs >= token.expiresAtMs()) {
      return ask(account, nowMs);
    }
    if (nowMs >= token.refreshAtMs()) {
      ask(account, nowMs);
    }
    return Future.succeededFuture(token);
  }

  /**
   * FCM did not take this token: it is given to nobody any more.
   *
   * @return false where it is so young that another one would hardly be taken either
   */
  boolean forget(AccessToken token) {
    long ageMs = clock.millis() - token.issuedAtMs();
    if (!token.equals(current)) {
      return true;
    }
    if (ageMs >= 0 && ageMs < REPLACED_AFTER_MS) {
      return false;
    }
    current = null;
    return true;
  }

  private Future<Grant> ask(GoogleAccount account, long nowMs) {
    Asked before = underWay;
    if (before != null) {
      return before.account.equals(account)
          ? before.grant
          : before.grant.transform(answered -> get());
    }
    Asked failure = failed;
    long pauseLeftMs = pauseEndsAtMs - nowMs;
    // More than the longest pause is left where the clock was set back.
    if (failure != null
        && failure.account.equals(account)
        && pauseLeftMs > 0
        && pauseLeftMs <= PAUSE_MS_MAX) {
      return failure.grant;
    }
    Future<Grant> grant =
        vertx
            .executeBlocking(() -> account.assertion(TimeUnit.MILLISECONDS.toSeconds(nowMs)), false)
            .compose(assertion -> http.post(account.tokenUri(), HEADERS, form(assertion)))
            .map(answer -> TokenAnswer.grant(answer, account, nowMs, random.nextDouble()))
            // Of which signing has its part: worker threads may all be in use.
            .timeout(2L * timeoutMs, TimeUnit.MILLISECONDS);
    Asked asked = new Asked(account, grant);
    underWay = asked;
    return grant.onComplete(done -> settle(asked));
  }

  private void settle(Asked asked) {
    underWay = null;
    if (asked.grant.succeeded() && asked.grant.result() instanceof AccessToken token) {
      current = token;
      failed = null;
      pauseMs = PAUSE_MS_MIN;
      LOG.debug("new access token");
      return;
    }
    failed = asked;
    pauseEndsAtMs = clock.millis() + pauseMs / 2 + random.nextInt(pauseMs / 2);
    pauseMs = Math.min(2 * pauseMs, PAUSE_MS_MAX);
    LOG.warn("no access token for FCM: {}", why(asked.grant));
  }

  private static String why(Future<Grant> grant) {
    if (grant.failed()) {
      Throwable cause = grant.cause();
      return cause instanceof BoundedHttp.Unanswered
          ? String.valueOf(cause.getMessage())
          : cause.getClass().getSimpleName();
    }
    return ((Denied) grant.result()).why();
  }

  private static Buffer form(String assertion) {
    return Buffer.buffer(
        "grant_type="
            + URLEncoder.encode(GRANT_TYPE, StandardCharsets.US_ASCII)
            + "&assertion="
            + assertion);
  }
}
