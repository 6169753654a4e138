package io.restante.push.fcm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class FcmConfigTest {
  private static final Path FILE = Path.of("account.json");

  @Test
  void aServerIsTakenWithoutItsSlash() {
    assertEquals("http://127.0.0.1:7", new FcmConfig(FILE, "http://127.0.0.1:7/", 100, 1).server());
    assertEquals(FcmConfig.SERVER, new FcmConfig(FILE, FcmConfig.SERVER, 60_000, 1_000).server());
  }

  @Test
  void anythingElseThanAServerIsRefused() {
    for (String odd :
        new String[] {
          "fcm.googleapis.com",
          "ftp://a",
          "https:///x",
          "https://a/v1",
          "https://a?b",
          "https://a#b",
          "https://u:p@a",
        }) {
      assertEquals(
          "push.fcm.server: " + odd + " (expected: http or https, host and port only)",
          assertThrows(IllegalArgumentException.class, () -> new FcmConfig(FILE, odd, 100, 1))
              .getMessage());
    }
  }

  @Test
  void eachNumberHasItsRange() {
    assertThrows(
        IllegalArgumentException.class, () -> new FcmConfig(FILE, FcmConfig.SERVER, 99, 1));
    assertThrows(
        IllegalArgumentException.class, () -> new FcmConfig(FILE, FcmConfig.SERVER, 100, 1_001));
  }
}
