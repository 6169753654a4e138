package io.restante.push.webpush;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How Web Push is sent, and where to it may be.
 *
 * @param key PEM file of the key that names this gateway to push servers (VAPID)
 * @param subject whom the operator of a push server may turn to: {@code mailto:} or {@code https:}
 * @param ports of endpoints
 * @param allow hosts, addresses and CIDR blocks that need not be public
 * @param ca PEM file of authorities to trust besides the JDK's, null for none
 * @param endpointCharsMax characters of an endpoint
 * @param timeoutMs for all of a push: look-up, connection, request and answer
 * @param responseBytesMax bytes that are read of an answer's body before the connection is closed
 * @param inFlightMax pushes of one event loop that are under way or wait for their host
 * @param hostInFlightMax pushes to one host that are under way, on a connection each
 * @param hostWaitingMax pushes to one host that wait for one of these to end
 */
public record WebPushConfig(
    Path key,
    String subject,
    Set<Integer> ports,
    List<String> allow,
    @Nullable Path ca,
    int endpointCharsMax,
    int timeoutMs,
    int responseBytesMax,
    int inFlightMax,
    int hostInFlightMax,
    int hostWaitingMax) {
  /** The most that an endpoint may have: it is stored with its keys as one token. */
  public static final int ENDPOINT_CHARS_MAX = 2048;

  private static final int ENDPOINT_CHARS_MIN = 128;
  private static final int PORT_MAX = 65_535;

  /** Checks every value. */
  public WebPushConfig {
    if (!isSubject(subject)) {
      throw new IllegalArgumentException("subject: " + subject + " (expected: mailto: or https:)");
    }
    if (ports.isEmpty()) {
      throw new IllegalArgumentException("ports: none (expected: 1 or more)");
    }
    for (int port : ports) {
      range("ports", port, 1, PORT_MAX);
    }
    range("endpointCharsMax", endpointCharsMax, ENDPOINT_CHARS_MIN, ENDPOINT_CHARS_MAX);
    range("timeoutMs", timeoutMs, 1, Integer.MAX_VALUE);
    range("responseBytesMax", responseBytesMax, 0, Integer.MAX_VALUE);
    range("inFlightMax", inFlightMax, 1, Integer.MAX_VALUE);
    range("hostInFlightMax", hostInFlightMax, 1, inFlightMax);
    range("hostWaitingMax", hostWaitingMax, 0, Integer.MAX_VALUE);
    ports = Set.copyOf(ports);
    allow = List.copyOf(allow);
    // Proves what is allowed: hosts and blocks.
    Allowance.of(allow);
  }

  /** Whether a text can be the subject of tokens. */
  public static boolean isSubject(String text) {
    return text.matches("(mailto:[!-~]+@[!-~]+|https://[!-~]+)");
  }

  /** Whether a text is a host, an address or a CIDR block. */
  public static boolean isAllowance(String text) {
    try {
      Allowance.of(List.of(text));
      return true;
    } catch (IllegalArgumentException notOne) {
      return false;
    }
  }

  private static void range(String name, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          name + ": " + value + " (expected: " + min + " to " + max + ")");
    }
  }
}
