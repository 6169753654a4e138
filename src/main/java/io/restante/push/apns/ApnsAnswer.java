package io.restante.push.apns;

import io.restante.push.PushOutcome;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What Apple's server answered ("Handling notification responses from APNs").
 *
 * @param status of HTTP
 * @param reason Apple's word for it, empty where there is none that can be read
 * @param sinceMs ms since the epoch since when a token is not registered any more, 0 where not told
 * @param retryAfterMs ms that it asks to wait, 0 where it names none
 */
record ApnsAnswer(int status, String reason, long sinceMs, long retryAfterMs) {
  private static final Pattern WORD = Pattern.compile("[A-Za-z]{1,64}");
  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,6}");
  private static final Set<String> TOKEN_REFUSALS =
      Set.of("ExpiredProviderToken", "InvalidProviderToken");

  /** Reads an answer; a body that cannot be read has no reason. */
  static ApnsAnswer of(int status, @Nullable String retryAfter, Buffer body) {
    long waitMs =
        retryAfter != null && SECONDS.matcher(retryAfter).matches()
            ? Long.parseLong(retryAfter) * 1_000
            : 0;
    try {
      JsonObject json = new JsonObject(body);
      String reason = json.getString("reason", "");
      return new ApnsAnswer(
          status,
          reason != null && WORD.matcher(reason).matches() ? reason : "",
          json.getValue("timestamp") instanceof Number since ? since.longValue() : 0,
          waitMs);
    } catch (DecodeException | ClassCastException e) {
      return new ApnsAnswer(status, "", 0, waitMs);
    }
  }

  /** Whether it does not take the token that shows who we are. */
  boolean refusesProviderToken() {
    return status == 403 && TOKEN_REFUSALS.contains(reason);
  }

  /**
   * What it means.
   *
   * @param sentAtMs ms since the epoch when the push was sent
   * @param proven whether this server has ever taken a push for our topic. Until then a device
   *     token that it does not know says more of our settings than of the token: to the server of
   *     the other environment, production or sandbox, every token is bad. {@code
   *     DeviceTokenNotForTopic} is never taken for the token's fault, as one wrong setting would
   *     remove them all.
   */
  PushOutcome outcome(long sentAtMs, boolean proven) {
    if (status == 200) {
      return new PushOutcome.Accepted();
    }
    if (status == 410 && !reason.isEmpty()) {
      // Not later than the push: a token that came since then may be the same one again.
      return new PushOutcome.Gone(sinceMs > 0 ? Math.min(sinceMs, sentAtMs) : sentAtMs);
    }
    if (status == 400 && reason.equals("BadDeviceToken") && proven) {
      return new PushOutcome.Gone(sentAtMs);
    }
    if (status == 429 || status >= 500 || reason.equals("IdleTimeout")) {
      return new PushOutcome.Later(retryAfterMs);
    }
    return new PushOutcome.Refused(reason.isEmpty() ? "status " + status : reason);
  }
}
