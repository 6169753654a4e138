package io.restante.push.fcm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.restante.push.Push;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class FcmMessageTest {
  private static final long NOW_MS = 1_800_000_000_500L;

  @Test
  void anEnvelopeGoesAsDataWithUrgencyAndLifetime() {
    byte[] bytes = {0, -1, 62, 63, 7};
    assertEquals(
        "{\"message\":{\"token\":\"t:1\",\"data\":{\"e\":\"AP8+Pwc=\"},"
            + "\"android\":{\"priority\":\"HIGH\",\"ttl\":\"60s\"}}}",
        FcmMessage.body(new Push("t:1", Buffer.buffer(bytes), true, NOW_MS + 60_999), NOW_MS)
            .toString());
    assertArrayEquals(bytes, Base64.getDecoder().decode("AP8+Pwc="));
  }

  @Test
  void aWakeUpReplacesTheOneBefore() {
    assertEquals(
        "{\"message\":{\"token\":\"t:1\",\"data\":{\"w\":\"1\"},"
            + "\"android\":{\"priority\":\"NORMAL\",\"ttl\":\"1s\","
            + "\"collapse_key\":\"restante\"}}}",
        FcmMessage.body(new Push("t:1", null, false, NOW_MS + 1_000), NOW_MS).toString());
  }

  @Test
  void theLifetimeIsWhatFcmTakes() {
    assertEquals("0s", ttl(NOW_MS - 5_000));
    assertEquals("0s", ttl(NOW_MS + 999));
    assertEquals("2419199s", ttl(NOW_MS + 2_419_199_999L));
    assertEquals("2419200s", ttl(NOW_MS + 2_592_000_000L));
    assertEquals("2419200s", ttl(Long.MAX_VALUE));
  }

  @Test
  void theLargestEnvelopeFitsAndAByteMoreWouldNot() {
    int max = FcmMessage.ENVELOPE_BYTES_MAX;
    assertEquals(3_069, max);
    MessageShape.verified(new JsonObject(FcmMessage.body(envelope(max), NOW_MS)));
    JsonObject larger = new JsonObject(FcmMessage.body(envelope(max + 1), NOW_MS));
    assertThrows(IllegalStateException.class, () -> MessageShape.verified(larger));
  }

  private static Push envelope(int bytes) {
    return new Push("t", Buffer.buffer(new byte[bytes]), true, NOW_MS);
  }

  private static String ttl(long expiresAtMs) {
    return new JsonObject(FcmMessage.body(new Push("t", null, true, expiresAtMs), NOW_MS))
        .getJsonObject("message")
        .getJsonObject("android")
        .getString("ttl");
  }
}
