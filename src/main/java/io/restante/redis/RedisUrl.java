package io.restante.redis;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a Redis is: {@code redis://[[user]:password@]host[:port][/database]}, {@code rediss://} for
 * TLS. User and password may be percent-encoded.
 *
 * @param port 1 to 65535
 * @param user null for Redis' default user
 * @param password null for none; never printed
 * @param database 0 for the first
 */
public record RedisUrl(
    String host,
    int port,
    boolean tls,
    @Nullable String user,
    @Nullable String password,
    int database) {
  private static final int DEFAULT_PORT = 6379;

  /** Checks host, port and database. */
  public RedisUrl {
    if (host.isEmpty()) {
      throw new IllegalArgumentException("redis url: no host (expected: host[:port])");
    }
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("redis url: port " + port + " (expected: 1 to 65535)");
    }
    if (database < 0) {
      throw new IllegalArgumentException(
          "redis url: database " + database + " (expected: 0 or more)");
    }
  }

  /**
   * Reads a URL. The errors never repeat the text, as it may hold a password.
   *
   * @throws IllegalArgumentException where the text is none
   */
  public static RedisUrl parse(String text) {
    URI uri;
    try {
      uri = new URI(text.trim());
    } catch (URISyntaxException e) {
      // Without its cause: the cause repeats the text.
      throw malformed("not a URL, at character " + e.getIndex());
    }
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (!scheme.equals("redis") && !scheme.equals("rediss")) {
      throw malformed("scheme");
    }
    if (uri.getHost() == null) {
      throw malformed("no host, or characters in it that a host cannot have");
    }
    if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
      throw malformed("a query or fragment");
    }
    String host = uri.getHost();
    if (host.startsWith("[")) {
      host = host.substring(1, host.length() - 1);
    }
    String[] login = login(uri.getRawUserInfo());
    return new RedisUrl(
        host,
        uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort(),
        scheme.equals("rediss"),
        login[0].isEmpty() ? null : login[0],
        login[1].isEmpty() ? null : login[1],
        database(uri.getRawPath()));
  }

  private static String[] login(@Nullable String userInfo) {
    if (userInfo == null) {
      return new String[] {"", ""};
    }
    int colon = userInfo.indexOf(':');
    if (colon < 0) {
      throw malformed("a user without a password");
    }
    return new String[] {
      decode(userInfo.substring(0, colon)), decode(userInfo.substring(colon + 1))
    };
  }

  private static String decode(String text) {
    // A plus is a plus here: this is a URI, not a form.
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static int database(@Nullable String path) {
    if (path == null || path.isEmpty() || path.equals("/")) {
      return 0;
    }
    try {
      return Integer.parseInt(path.substring(1));
    } catch (NumberFormatException e) {
      throw malformed("database " + path.substring(1));
    }
  }

  private static IllegalArgumentException malformed(String what) {
    return new IllegalArgumentException(
        "redis url: " + what + " (expected: redis[s]://[[user]:password@]host[:port][/database])");
  }

  /** Another node with the same login, database and TLS. */
  public RedisUrl at(String otherHost, int otherPort) {
    return new RedisUrl(otherHost, otherPort, tls, user, password, database);
  }

  /** Host and port, for logs and errors. */
  public String address() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }

  /** Scheme and address only: no password. */
  @Override
  public String toString() {
    return (tls ? "rediss://" : "redis://") + address() + "/" + database;
  }
}
