package io.restante.push.webhook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class WebhookConfigTest {
  private static final String URL = "https://push.example/a-secret-path";
  private static final String SECRET = "0123456789abcdef";

  @Test
  void soundValuesAreTakenAndNotPrinted() {
    assertEquals("WebhookConfig", new WebhookConfig(URL, SECRET, 100, 1, 0).toString());
  }

  @Test
  void eachUnsoundValueIsNamed() {
    assertRefused(
        "push.webhook.url: (expected: an http or https URL)",
        "ftp://push.example/secret",
        SECRET,
        100,
        1,
        0);
    assertRefused(
        "push.webhook.secret characters: 15 (expected: 16 to 4096)",
        URL,
        "0123456789abcde",
        100,
        1,
        0);
    assertRefused("push.webhook.timeout-ms: 99 (expected: 100 to 60000)", URL, SECRET, 99, 1, 0);
    assertRefused("push.webhook.connections-max: 0 (expected: 1 to 1000)", URL, SECRET, 100, 0, 0);
    assertRefused(
        "push.webhook.envelope-max-bytes: -1 (expected: 0 to 2097152)", URL, SECRET, 100, 1, -1);
  }

  private static void assertRefused(
      String error, String url, String secret, int timeoutMs, int connections, int bytes) {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new WebhookConfig(url, secret, timeoutMs, connections, bytes));
    assertEquals(error, e.getMessage());
    assertFalse(error.contains("secret-path"));
  }
}
