package io.restante.protocol;

/**
 * A refusal on its way to the client. The detail names the field, what was given and what is
 * expected, and never a secret, an id or a key.
 */
public final class GatewayException extends RuntimeException {
  private final ErrorCode code;
  private final int retryAfterSeconds;
  private final String allowed;

  /** A refusal that a retry would meet again. */
  public GatewayException(ErrorCode code, String detail) {
    this(code, detail, 0);
  }

  /** A refusal with the seconds after which a retry makes sense, 0 for none. */
  public GatewayException(ErrorCode code, String detail, int retryAfterSeconds) {
    this(code, detail, retryAfterSeconds, "");
  }

  private GatewayException(ErrorCode code, String detail, int retryAfterSeconds, String allowed) {
    // No stack trace: a refusal is an expected outcome, and clients could ask for many.
    super(detail, null, false, false);
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
    this.allowed = allowed;
  }

  /** A 503: Redis did not answer or refused, try again shortly. */
  public static GatewayException redisUnavailable(String detail) {
    return new GatewayException(ErrorCode.REDIS_UNAVAILABLE, detail, 1);
  }

  /** A 429 with the whole seconds of a wait, rounded up, at least 1. */
  public static GatewayException rateLimited(String detail, long waitMs) {
    int seconds = (int) Math.max(1, (waitMs + 999) / 1_000);
    return new GatewayException(ErrorCode.RATE_LIMITED, detail, seconds);
  }

  /** A 405 that names the methods which the path takes, with commas between. */
  public static GatewayException methodNotAllowed(String allowed) {
    return new GatewayException(
        ErrorCode.METHOD_NOT_ALLOWED, "this path takes " + allowed, 0, allowed);
  }

  /** A 422 that names the field, the value's shape and what is expected. */
  public static GatewayException invalidField(String field, Object given, String expected) {
    return new GatewayException(
        ErrorCode.INVALID_FIELD, field + ": " + given + " (expected: " + expected + ")");
  }

  /** What went wrong. */
  public ErrorCode code() {
    return code;
  }

  /** The detail for the problem body. */
  public String detail() {
    String message = getMessage();
    return message == null ? code.title() : message;
  }

  /** Methods for {@code Allow}, empty for none. */
  public String allowed() {
    return allowed;
  }

  /** Seconds for {@code Retry-After}, 0 for none. */
  public int retryAfterSeconds() {
    return retryAfterSeconds;
  }
}
