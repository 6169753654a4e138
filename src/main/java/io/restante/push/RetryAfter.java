package io.restante.push;

import io.netty.handler.codec.DateFormatter;
import java.util.Date;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The header {@code Retry-After} (RFC 9110, 10.2.3): seconds, or an HTTP date of any form. */
public final class RetryAfter {
  /** The longest wait that is taken over, a day: whoever asks for more is asked again then. */
  public static final long AFTER_MS_MAX = TimeUnit.DAYS.toMillis(1);

  private static final int CHARS_MAX = 64;
  private static final int DIGITS_MAX = 9;

  private RetryAfter() {}

  /**
   * How long to wait.
   *
   * @param header its value, null where there is none
   * @param nowMs ms since the epoch, which a date is counted from
   * @return ms, at most {@link #AFTER_MS_MAX}; 0 where the header is absent, is no such thing or
   *     names a time that has passed
   */
  public static long ms(@Nullable String header, long nowMs) {
    if (header == null || header.length() > CHARS_MAX) {
      return 0;
    }
    String text = header.strip();
    boolean digits = !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    return digits ? ofSeconds(text) : ofDate(text, nowMs);
  }

  private static long ofSeconds(String digits) {
    return digits.length() > DIGITS_MAX
        ? AFTER_MS_MAX
        : Math.min(TimeUnit.SECONDS.toMillis(Long.parseLong(digits)), AFTER_MS_MAX);
  }

  @SuppressWarnings("JavaUtilDate") // It is what Netty's parser gives, and goes no further.
  private static long ofDate(String text, long nowMs) {
    Date date = DateFormatter.parseHttpDate(text);
    return date == null ? 0 : Math.min(Math.max(date.getTime() - nowMs, 0), AFTER_MS_MAX);
  }
}
