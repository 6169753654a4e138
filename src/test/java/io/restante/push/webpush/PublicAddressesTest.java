package io.restante.push.webpush;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The edges of each range, by the registries of IANA. */
class PublicAddressesTest {
  private static final String SET_ASIDE =
      """
      0.0.0.0 0.255.255.255 10.0.0.0 10.255.255.255 100.64.0.0 100.127.255.255 127.0.0.0
      127.255.255.255 169.254.0.0 169.254.169.254 169.254.255.255 172.16.0.0 172.31.255.255
      192.0.0.0 192.0.0.192 192.0.0.255 192.0.2.1 192.88.99.1 192.168.0.0 192.168.255.255
      198.18.0.0 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.0 239.255.255.255 240.0.0.0
      255.255.255.254 255.255.255.255 168.63.129.16 100.100.100.200
      :: ::1 ::127.0.0.1 ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:0:10.0.0.1
      64:ff9b::127.0.0.1 64:ff9b::10.0.0.1 64:ff9b::169.254.169.254 64:ff9b:1::8.8.8.8
      64:ff9b:1:ffff:ffff:ffff:808:808 64:ff9b::1:808:808 100::1 2001::1 2001:0:a00:1::1
      2001:2::1 2001:10::1 2001:20::1 2001:1ff:ffff::1 2001:db8::1 2002:7f00:1::1 2002:a00:1::1
      2002:808:808::1 3fff::1 3fff:fff:ffff::1 4000::1 5f00::1 fc00::1 fd00:ec2::254 fe80::1
      febf::1 fec0::1 ff02::1 ffff::1 1fff::1
      """;

  private static final String BESIDE =
      """
      1.0.0.0 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0
      169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 192.0.1.0 192.0.3.0 192.167.255.255
      192.169.0.0 198.17.255.255 198.20.0.0 203.0.112.255 203.0.114.0 223.255.255.255
      168.63.129.17 ::ffff:8.8.8.8 64:ff9b::8.8.8.8 2000::1 2001:200::1 2001:db7::1 2001:db9::1
      2003::1 2606:4700:4700::1111 3ffe::1 3fff:1000::1
      """;

  static Stream<String> setAside() {
    return Stream.of(SET_ASIDE.strip().split("\\s+", -1));
  }

  static Stream<String> beside() {
    return Stream.of(BESIDE.strip().split("\\s+", -1));
  }

  private static InetAddress address(String text) {
    return IpLiteral.parse(text).orElseThrow();
  }

  @ParameterizedTest
  @MethodSource("setAside")
  void whatIsSetAsideForSomethingIsNotPublic(String text) {
    assertFalse(PublicAddresses.isPublic(address(text)));
  }

  @ParameterizedTest
  @MethodSource("beside")
  void whatLiesBesideIsPublic(String text) {
    assertTrue(PublicAddresses.isPublic(address(text)));
  }
}
