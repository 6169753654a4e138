package io.restante.edge;

import org.jspecify.annotations.Nullable;

/**
 * The management server: metrics, health, administration.
 *
 * @param port 0 for any free port
 * @param token bearer token of the admin routes, null where they are off
 */
public record ManagementConfig(String host, int port, @Nullable String token) {
  /** The shortest token. */
  public static final int TOKEN_CHARS_MIN = 8;

  private static final int PORT_MAX = 65_535;

  /** Checks every value. */
  public ManagementConfig {
    if (host.isBlank()) {
      throw new IllegalArgumentException("host: blank (expected: an address to listen on)");
    }
    if (port < 0 || port > PORT_MAX) {
      throw new IllegalArgumentException("port: " + port + " (expected: 0 to " + PORT_MAX + ")");
    }
    if (token != null && token.length() < TOKEN_CHARS_MIN) {
      throw new IllegalArgumentException(
          "token: " + token.length() + " characters (expected: " + TOKEN_CHARS_MIN + " or more)");
    }
  }

  /** Hides the token. */
  @Override
  public String toString() {
    return "ManagementConfig[host=" + host + ", port=" + port + "]";
  }
}
