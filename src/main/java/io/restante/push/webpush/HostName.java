package io.restante.push.webpush;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Tells names from addresses, and both from everything that some library might take for one of
 * them. An IPv4 address is four decimal numbers here and nothing else; a name whose last part is a
 * number is none (as in the WHATWG's URL standard), nor is one that ends with a dot.
 */
final class HostName {
  private static final int CHARS_MAX = 253;
  private static final Pattern NAME =
      Pattern.compile(
          "([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
  private static final Pattern NUMBER = Pattern.compile("([0-9]+|0x[0-9a-f]*)");
  private static final String PART = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
  private static final Pattern IPV4 = Pattern.compile(PART + "(\\." + PART + "){3}");

  private HostName() {}

  /** Whether it is a name, in lower case. */
  static boolean isName(String host) {
    String last = host.substring(host.lastIndexOf('.') + 1);
    return host.length() <= CHARS_MAX
        && NAME.matcher(host).matches()
        && !NUMBER.matcher(last).matches();
  }

  /** The address that a host is, as it stands in a URL: IPv6 in brackets, without a zone. */
  static Optional<InetAddress> address(String host) {
    if (IPV4.matcher(host).matches()) {
      return literal(host);
    }
    boolean inBrackets = host.length() > 2 && host.startsWith("[") && host.endsWith("]");
    return inBrackets && host.indexOf('%') < 0 && host.indexOf(':') > 0
        ? literal(host.substring(1, host.length() - 1))
        : Optional.empty();
  }

  private static Optional<InetAddress> literal(String text) {
    byte[] bytes = NetUtil.createByteArrayFromIpAddressString(text);
    return Optional.ofNullable(bytes).map(AddressBlocks::address);
  }
}
