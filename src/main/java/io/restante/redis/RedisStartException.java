package io.restante.redis;

/**
 * This Redis cannot be used: wrong password, too old, not durable as configured, or unreachable
 * while starting. The message is one line for the operator, without secrets.
 */
public final class RedisStartException extends RuntimeException {
  /** Says in one line what is wrong and what is expected. */
  public RedisStartException(String line) {
    super(line, null, false, false);
  }
}
