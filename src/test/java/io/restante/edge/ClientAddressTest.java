package io.restante.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vertx.core.MultiMap;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ClientAddressTest {
  private static MultiMap header(String name, String value) {
    return MultiMap.caseInsensitiveMultiMap().add(name, value);
  }

  @Test
  void withoutTrustedProxiesHeadersDoNotCount() {
    ClientAddress addresses = new ClientAddress(List.of());
    assertEquals("10.0.0.1", addresses.of("10.0.0.1", header("X-Forwarded-For", "1.2.3.4")));
  }

  @Test
  void strangerCannotNameAnAddressForItself() {
    ClientAddress addresses = new ClientAddress(List.of("10.0.0.0/8"));
    assertEquals("9.9.9.9", addresses.of("9.9.9.9", header("X-Forwarded-For", "1.2.3.4")));
  }

  @Test
  void lastUntrustedHopIsTheClient() {
    ClientAddress addresses = new ClientAddress(List.of("10.0.0.0/8", "::1"));
    assertEquals(
        "1.2.3.4",
        addresses.of("10.0.0.1", header("X-Forwarded-For", "6.6.6.6, 1.2.3.4, 10.2.2.2")));
    assertEquals(
        "2001:db8::7",
        addresses.of(
            "::1", header("Forwarded", "for=6.6.6.6, For=\"[2001:db8::7]:4711\";proto=https")));
    assertEquals("1.2.3.4", addresses.of("10.0.0.1", header("X-Forwarded-For", "1.2.3.4:555")));
  }

  @Test
  void noiseInTheHeaderFallsBackToThePeer() {
    ClientAddress addresses = new ClientAddress(List.of("10.0.0.0/8"));
    assertEquals(
        "10.0.0.1", addresses.of("10.0.0.1", header("X-Forwarded-For", "unknown, localhost,,")));
    assertEquals("10.0.0.1", addresses.of("10.0.0.1", MultiMap.caseInsensitiveMultiMap()));
  }

  @Test
  void whatIsNoAddressIsRefusedAtTheStart() {
    assertThrows(IllegalArgumentException.class, () -> new ClientAddress(List.of("localhost")));
    assertThrows(IllegalArgumentException.class, () -> new ClientAddress(List.of("10.0.0.0/x")));
  }
}
