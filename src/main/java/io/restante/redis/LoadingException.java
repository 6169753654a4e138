package io.restante.redis;

/**
 * This Redis loads its data and serves nothing meanwhile. It will by itself, so whoever waits for
 * it goes on waiting. The message is one line for the operator.
 */
final class LoadingException extends IllegalStateException {
  LoadingException(String line) {
    super(line);
  }
}
