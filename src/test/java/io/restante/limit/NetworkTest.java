package io.restante.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import org.junit.jupiter.api.Test;

/** Which addresses are one. */
class NetworkTest {
  @Test
  void anIpv4AddressIsItself() {
    assertEquals(Network.of("192.0.2.1"), Network.of("192.0.2.1"));
    assertNotEquals(Network.of("192.0.2.1"), Network.of("192.0.2.2"));
    assertEquals(Network.of("192.0.2.1"), Network.of("::ffff:192.0.2.1"));
  }

  @Test
  void aWholeSlash64OfIpv6IsOne() {
    assertEquals(Network.of("2001:db8:1:2::1"), Network.of("2001:db8:1:2:ffff:eeee:dddd:cccc"));
    assertNotEquals(Network.of("2001:db8:1:2::1"), Network.of("2001:db8:1:3::1"));
    assertEquals(Network.of("fe80::1"), Network.of("fe80::2%eth0"));
  }

  @Test
  void whatIsNoAddressIsOneNetworkForAll() {
    assertEquals(Network.of(""), Network.of("localhost"));
    assertNotEquals(Network.of(""), Network.of("0.0.0.0"));
  }
}
