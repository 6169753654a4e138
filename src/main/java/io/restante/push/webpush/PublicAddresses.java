package io.restante.push.webpush;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Arrays;

/**
 * Which addresses are of the public internet, after IANA's registries of special-purpose addresses
 * (RFC 6890). What is in doubt is not: no push server lives there.
 */
final class PublicAddresses {
  private static final AddressBlocks IPV4_SPECIAL =
      AddressBlocks.of(
          "0.0.0.0/8", // This network, and unspecified (RFC 791).
          "10.0.0.0/8", // Private (RFC 1918).
          "100.64.0.0/10", // Shared by carriers (RFC 6598).
          "127.0.0.0/8", // Loopback.
          "169.254.0.0/16", // Link-local (RFC 3927): metadata of clouds.
          "172.16.0.0/12", // Private.
          "192.0.0.0/24", // Protocols of the IETF (RFC 6890).
          "192.0.2.0/24", // Documentation (RFC 5737).
          "192.88.99.0/24", // Relays of 6to4, no longer used (RFC 7526).
          "192.168.0.0/16", // Private.
          "198.18.0.0/15", // Benchmarks (RFC 2544).
          "198.51.100.0/24", // Documentation.
          "203.0.113.0/24", // Documentation.
          "224.0.0.0/4", // Multicast (RFC 5771).
          "240.0.0.0/4", // Reserved, and broadcast (RFC 1112).
          "168.63.129.16/32"); // A public one that inside Azure is the host's.

  /** All that was ever given out lies here (RFC 4291). */
  private static final AddressBlocks IPV6_GLOBAL = AddressBlocks.of("2000::/3");

  private static final AddressBlocks IPV6_SPECIAL =
      AddressBlocks.of(
          "2001::/23", // Protocols of the IETF (RFC 2928): Teredo, benchmarks, ORCHID.
          "2001:db8::/32", // Documentation (RFC 3849).
          "2002::/16", // 6to4, no longer used (RFC 7526): the address has an IPv4 one in it.
          "3fff::/20"); // Documentation (RFC 9637).

  /** Has an IPv4 address in its last 4 bytes, which a NAT64 translates to (RFC 6052). */
  private static final AddressBlocks NAT64 = AddressBlocks.of("64:ff9b::/96");

  private static final int IPV4_AT = 12;

  private PublicAddresses() {}

  /** Whether this is one. An IPv4-mapped address never comes here: Java makes it an IPv4 one. */
  static boolean isPublic(InetAddress address) {
    if (address instanceof Inet4Address) {
      return !IPV4_SPECIAL.contain(address);
    }
    if (NAT64.contain(address)) {
      byte[] bytes = address.getAddress();
      return isPublic(IpLiteral.of(Arrays.copyOfRange(bytes, IPV4_AT, bytes.length)));
    }
    return IPV6_GLOBAL.contain(address) && !IPV6_SPECIAL.contain(address);
  }
}
