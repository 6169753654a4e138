package io.restante.push.apns;

/**
 * A request without an answer. Has no cause: a library's message may name the request's path, which
 * is the device token.
 */
final class UnansweredException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnansweredException(Throwable failure) {
    super("no answer of APNs: " + failure.getClass().getSimpleName(), null, false, false);
  }
}
