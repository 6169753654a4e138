package io.restante.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.buffer.Buffer;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WebhookSignatureTest {
  private static final Buffer BODY = Buffer.buffer("{\"a\":\"ä\"}");

  /**
   * The signature was made by {@code printf '1800000000.{"a":"ä"}' | openssl dgst -sha256 -hmac
   * 'shared with the operator'}.
   */
  @Test
  void anOperatorWithTheSecretComesToTheSameSignature() {
    assertEquals(
        Map.of(
            "Restante-Timestamp",
            "1800000000",
            "Restante-Delivery",
            "d-1",
            "Restante-Signature",
            "d5a30f9ff480f2ab806e84432eca90375c9e11460a6f60bf19e69ab01c2341f9"),
        new WebhookSignature("shared with the operator").headers("d-1", 1_800_000_000_999L, BODY));
  }

  @Test
  void withoutASecretThereIsNoSignature() {
    assertEquals(
        Map.of("Restante-Timestamp", "1", "Restante-Delivery", "d-1"),
        new WebhookSignature(null).headers("d-1", 1_000, BODY));
  }

  @Test
  void theSecretIsNotPrinted() {
    assertEquals("WebhookSignature", new WebhookSignature("hunter2").toString());
  }
}
