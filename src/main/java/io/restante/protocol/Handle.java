package io.restante.protocol;

import java.util.regex.Pattern;

/**
 * What people look an account up by, an E.164 number for Signal clients: 2 to 64 characters of
 * letters, digits and {@code + . _ @ -}, and not a UUID.
 */
public record Handle(String text) {
  /** What a handle is, for errors. */
  public static final String EXPECTED =
      "2 to 64 of letters, digits and + . _ @ -, and not the form of a UUID";

  private static final Pattern SHAPE = Pattern.compile("[+A-Za-z0-9._@-]{2,64}");

  /** Checks the shape. */
  public Handle {
    if (!SHAPE.matcher(text).matches() || ServiceId.looksLike(text)) {
      throw new GatewayException(
          ErrorCode.MALFORMED_ID,
          "handle of " + text.length() + " characters (expected: " + EXPECTED + ")");
    }
  }

  /** The handle of a field, which a 422 names where it is none. */
  public static Handle ofField(String field, String text) {
    try {
      return new Handle(text);
    } catch (GatewayException notOne) {
      throw GatewayException.invalidField(field, text.length() + " characters", EXPECTED);
    }
  }

  /** Hides the handle: it must not reach a log. */
  @Override
  public String toString() {
    return "Handle";
  }
}
