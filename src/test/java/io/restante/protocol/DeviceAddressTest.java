package io.restante.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class DeviceAddressTest {
  private static final UUID ACI = UUID.fromString("0f0f0f0f-1111-4222-8333-444444444444");

  @Test
  void aDevicesNameIsItsAccountAndItsNumber() {
    for (int device : new int[] {1, 2, 127}) {
      assertEquals(
          Optional.of(new DeviceAddress(ACI, device)), DeviceAddress.parseName(ACI + "." + device));
    }
  }

  @Test
  void anAccountAloneAndAHandleAreNoDevicesNames() {
    for (String name :
        List.of(ACI.toString(), "+15550100001", "bob.2", "", "b".repeat(36) + ".2")) {
      assertEquals(Optional.empty(), DeviceAddress.parseName(name));
    }
  }

  @Test
  void aNumberThatNoDeviceHasIsRefused() {
    for (String device : List.of("", "0", "128", "-1", "two", "2.", "4294967298")) {
      assertThrows(
          GatewayException.class, () -> DeviceAddress.parseName(ACI + "." + device), device);
    }
  }
}
