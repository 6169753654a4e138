package io.restante.push.webpush;

/** A push server was not reached or did not answer. Names nothing of the endpoint. */
final class UnreachableException extends RuntimeException {
  UnreachableException(String step) {
    // No stack trace: strangers' servers fail often, and what they do is no defect of ours.
    super(step, null, false, false);
  }
}
