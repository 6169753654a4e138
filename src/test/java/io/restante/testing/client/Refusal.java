package io.restante.testing.client;

/** libsignal does not take a key or a message. */
public final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String reason;

  Refusal(Exception cause) {
    super(cause);
    reason = cause.getClass().getSimpleName();
  }

  /** The name of libsignal's exception, such as {@code InvalidMessageException}. */
  public String reason() {
    return reason;
  }
}
