package io.restante.redis;

/**
 * Redis answered a command with an error that only a mistake of this program explains. The message
 * names the command or script and the error's first word, never its arguments.
 */
public final class RedisCommandException extends RuntimeException {
  /** A refused command: its name, and the error's shape. */
  public RedisCommandException(String command, String error) {
    super("Redis refused " + command + ": " + error);
  }
}
