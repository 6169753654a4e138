package io.restante.push.fcm;

import java.net.URI;
import java.nio.file.Path;

/**
 * How FCM is reached.
 *
 * @param credentials file of a service account of the Firebase project
 * @param server where messages are posted, without a path
 * @param timeoutMs how long a post may take, to FCM or to where access tokens come from
 * @param connectionsMax of each event loop
 */
public record FcmConfig(Path credentials, String server, int timeoutMs, int connectionsMax) {
  /** Google's server. */
  public static final String SERVER = "https://fcm.googleapis.com";

  /** Default of {@code push.fcm.timeout-ms}. */
  public static final int TIMEOUT_MS = 10_000;

  /** Default of {@code push.fcm.connections-max}. */
  public static final int CONNECTIONS_MAX = 8;

  /** Checks every value. */
  public FcmConfig {
    URI uri = URI.create(server);
    boolean web = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
    String path = uri.getPath();
    boolean bare = path == null || path.isEmpty() || path.equals("/");
    if (!web
        || uri.getHost() == null
        || !bare
        || uri.getQuery() != null
        || uri.getFragment() != null
        || uri.getUserInfo() != null) {
      throw new IllegalArgumentException(
          "push.fcm.server: " + server + " (expected: http or https, host and port only)");
    }
    server = server.endsWith("/") ? server.substring(0, server.length() - 1) : server;
    range("push.fcm.timeout-ms", timeoutMs, 100, 60_000);
    range("push.fcm.connections-max", connectionsMax, 1, 1_000);
  }

  private static void range(String name, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          name + ": " + value + " (expected: " + min + " to " + max + ")");
    }
  }
}
