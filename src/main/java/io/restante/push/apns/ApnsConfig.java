package io.restante.push.apns;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How Apple's push notification service is reached, and as whom.
 *
 * @param topic the app's bundle id
 * @param server an https URL without a path
 * @param ca PEM file of the authorities to trust, null for the JDK's
 * @param timeoutMs how long one request may take, connecting included
 * @param connectionsMax connections of one event loop
 */
public record ApnsConfig(
    String topic,
    URI server,
    @Nullable Path ca,
    Authentication authentication,
    int timeoutMs,
    int connectionsMax) {
  /** What a topic looks like. */
  public static final String TOPIC = "[A-Za-z0-9._-]{1,255}";

  /** What Apple's ids of keys and teams look like. */
  public static final String ID = "[A-Za-z0-9]{10}";

  private static final Pattern TOPICS = Pattern.compile(TOPIC);
  private static final Pattern IDS = Pattern.compile(ID);

  /** How the gateway shows who it is. */
  public sealed interface Authentication {
    /** The files that it is read from. */
    List<Path> files();
  }

  /**
   * By tokens that it signs.
   *
   * @param key the {@code .p8} file that Apple gave: PKCS #8, PEM
   */
  public record Token(Path key, String keyId, String teamId) implements Authentication {
    /** Checks the ids. */
    public Token {
      matches("keyId", keyId, IDS, "10 letters or digits");
      matches("teamId", teamId, IDS, "10 letters or digits");
    }

    @Override
    public List<Path> files() {
      return List.of(key);
    }
  }

  /**
   * By a certificate of its connections.
   *
   * @param certificate PEM file of the chain
   * @param key PEM file of its private key
   */
  public record Certificate(Path certificate, Path key) implements Authentication {
    @Override
    public List<Path> files() {
      return List.of(certificate, key);
    }
  }

  /** Checks every value. */
  public ApnsConfig {
    matches("topic", topic, TOPICS, "a bundle id");
    if (!isServer(server)) {
      throw new IllegalArgumentException("server: (expected: an https URL without a path)");
    }
    atLeast("timeoutMs", timeoutMs, 1);
    atLeast("connectionsMax", connectionsMax, 1);
  }

  /** Whether a URL can be the server's. */
  public static boolean isServer(URI url) {
    return "https".equals(url.getScheme())
        && url.getHost() != null
        && url.getUserInfo() == null
        && List.of("", "/").contains(url.getRawPath())
        && url.getRawQuery() == null
        && url.getRawFragment() == null;
  }

  String host() {
    String host = server.getHost();
    // Of an IPv6 address it has the brackets.
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  int port() {
    return server.getPort() < 0 ? 443 : server.getPort();
  }

  /** All files that decide on how to connect, the authorities last. */
  List<Path> files() {
    return Stream.concat(authentication.files().stream(), Stream.ofNullable(ca)).toList();
  }

  private static void matches(String name, String value, Pattern pattern, String expected) {
    if (!pattern.matcher(value).matches()) {
      throw new IllegalArgumentException(name + ": (expected: " + expected + ")");
    }
  }

  private static void atLeast(String name, int value, int min) {
    if (value < min) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: " + min + " or more)");
    }
  }
}
