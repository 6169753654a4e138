package io.restante.push.webpush;

import io.restante.push.PushOutcome;
import io.restante.push.PushOutcome.Accepted;
import io.restante.push.PushOutcome.Gone;
import io.restante.push.PushOutcome.Later;
import io.restante.push.PushOutcome.Refused;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What a push server's answer says of a push (RFC 8030, sections 5 and 8). Pure. */
final class PushAnswer {
  /** A server that asks for a longer pause is not believed. */
  static final long PAUSE_MS_MAX = TimeUnit.HOURS.toMillis(24);

  private static final int SECONDS_DIGITS_MAX = 9;

  private PushAnswer() {}

  /**
   * The outcome.
   *
   * @param retryAfter the header, null for none
   * @param beganAtMs when the push was begun
   */
  static PushOutcome outcome(int status, @Nullable String retryAfter, long beganAtMs, long nowMs) {
    return switch (status) {
      case 200, 201, 202, 204 -> new Accepted();
      // What an app subscribed to later than this is another subscription.
      case 404, 410 -> new Gone(beganAtMs);
      case 408, 429 -> new Later(pauseMs(retryAfter, nowMs));
      // 401 and 403 among them: a key or a token that a server does not take says nothing of the
      // subscription. One made with another key fails for good, but so does every one while the
      // wrong key is configured, and that must not forget them all.
      default ->
          status / 100 == 5
              ? new Later(pauseMs(retryAfter, nowMs))
              : new Refused("status " + status);
    };
  }

  /** Seconds, or a date (RFC 9110, section 10.2.3); 0 for neither. */
  private static long pauseMs(@Nullable String retryAfter, long nowMs) {
    if (retryAfter == null) {
      return 0;
    }
    String text = retryAfter.strip();
    if (text.matches("[0-9]+")) {
      return text.length() > SECONDS_DIGITS_MAX
          ? PAUSE_MS_MAX
          : Math.min(PAUSE_MS_MAX, TimeUnit.SECONDS.toMillis(Long.parseLong(text)));
    }
    try {
      Instant until = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text));
      return Math.max(0, Math.min(PAUSE_MS_MAX, until.toEpochMilli() - nowMs));
    } catch (DateTimeException | ArithmeticException neither) {
      return 0;
    }
  }
}
