package io.restante.push.webpush;

import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Tells names from addresses, and both from everything that some library might take for one of
 * them: a name whose last part is a number is none (as in the WHATWG's URL standard), nor is one
 * that ends with a dot.
 */
final class HostName {
  private static final int CHARS_MAX = 253;
  private static final Pattern NAME =
      Pattern.compile("([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
  private static final Pattern NUMBER = Pattern.compile("([0-9]+|0x[0-9a-f]*)");

  private HostName() {}

  /** Whether it is a name, in lower case. */
  static boolean isName(String host) {
    String last = host.substring(host.lastIndexOf('.') + 1);
    return host.length() <= CHARS_MAX
        && NAME.matcher(host).matches()
        && !NUMBER.matcher(last).matches();
  }

  /** The address that a host is, as it stands in a URL: IPv6 in brackets. */
  static Optional<InetAddress> address(String host) {
    boolean inBrackets = host.startsWith("[") && host.endsWith("]");
    if (inBrackets == (host.indexOf(':') < 0)) {
      return Optional.empty();
    }
    return IpLiteral.parse(inBrackets ? host.substring(1, host.length() - 1) : host);
  }
}
