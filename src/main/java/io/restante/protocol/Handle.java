package io.restante.protocol;

import java.util.regex.Pattern;

/**
 * What people look an account up by, an E.164 number for Signal clients: 2 to 64 characters of
 * letters, digits and {@code + . _ @ -}, and not a UUID.
 */
public record Handle(String text) {
  private static final Pattern SHAPE = Pattern.compile("[+A-Za-z0-9._@-]{2,64}");

  /** Checks the shape. */
  public Handle {
    if (!SHAPE.matcher(text).matches() || ServiceId.looksLike(text)) {
      throw new GatewayException(
          ErrorCode.MALFORMED_ID,
          "handle of "
              + text.length()
              + " characters (expected: 2 to 64 of letters, digits and + . _ @ -)");
    }
  }

  /** Hides the handle: it must not reach a log. */
  @Override
  public String toString() {
    return "Handle";
  }
}
