package io.restante.push.webpush;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Addresses as they are written. An IPv4 one is four decimal numbers and nothing else; an IPv6 one
 * has no zone, and is an IPv4 one where it is IPv4-mapped.
 */
final class IpLiteral {
  private static final String PART = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
  private static final Pattern IPV4 = Pattern.compile(PART + "(\\." + PART + "){3}");

  /** What can be nothing but an IPv6 address, or an error: the JDK looks no colon up. */
  private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

  private static final int CHARS_MAX = 45;

  private IpLiteral() {}

  /** The address of a text, empty where it is none. */
  static Optional<InetAddress> parse(String text) {
    boolean isOne =
        text.length() <= CHARS_MAX
            && (IPV4.matcher(text).matches() || IPV6.matcher(text).matches());
    return isOne ? parsed(text) : Optional.empty();
  }

  // Of a literal the JDK makes one address, and Netty's parser takes ::1.2.3.4 for 1.2.3.4.
  @SuppressWarnings("AddressSelection")
  private static Optional<InetAddress> parsed(String text) {
    try {
      return Optional.of(InetAddress.getByName(text));
    } catch (UnknownHostException none) {
      return Optional.empty();
    }
  }

  /** The address of 4 or 16 bytes. */
  static InetAddress of(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(bytes.length + " bytes (expected: 4 or 16)", e);
    }
  }
}
