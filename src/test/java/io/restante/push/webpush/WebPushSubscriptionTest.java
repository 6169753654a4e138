package io.restante.push.webpush;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.ECCurve;
import org.junit.jupiter.api.Test;

class WebPushSubscriptionTest {
  private static final String ENDPOINT = "https://push.example/wpush/v2/gAAA?a=1";
  private static final byte[] AUTH = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, -1};
  private static final Base64.Encoder UNPADDED = Base64.getUrlEncoder().withoutPadding();
  private static final Base64.Encoder PADDED = Base64.getUrlEncoder();

  private final byte[] point = P256.publicKey(P256.newSecret(new SecureRandom()));
  private final EndpointRules rules = Rules.of();

  private WebPushSubscription of(byte[] key, byte[] auth) {
    return WebPushSubscription.of(
        ENDPOINT, UNPADDED.encodeToString(key), UNPADDED.encodeToString(auth), rules);
  }

  private String refusal(String p256dh, String auth) {
    GatewayException refused =
        assertThrows(
            GatewayException.class, () -> WebPushSubscription.of(ENDPOINT, p256dh, auth, rules));
    assertEquals(ErrorCode.INVALID_FIELD, refused.code());
    return refused.detail();
  }

  private String refusalOfKey(byte[] key) {
    return refusal(UNPADDED.encodeToString(key), UNPADDED.encodeToString(AUTH));
  }

  @Test
  void whatIsStoredIsWhatBrowsersMakeAndIsReadAgain() {
    WebPushSubscription made = of(point, AUTH);
    assertEquals(
        "{\"endpoint\":\"https://push.example/wpush/v2/gAAA?a=1\",\"keys\":{\"p256dh\":\""
            + UNPADDED.encodeToString(point)
            + "\",\"auth\":\"AQIDBAUGBwgJCgsMDQ4P_w\"}}",
        made.text());
    WebPushSubscription read = WebPushSubscription.parse(made.text(), rules);
    assertEquals(made.endpoint(), read.endpoint());
    assertArrayEquals(point, read.p256dh());
    assertArrayEquals(AUTH, read.auth());
    assertFalse(read.toString().contains("push.example"));
    assertFalse(read.endpoint().toString().contains("push.example"));
  }

  @Test
  void base64MayBePadded() {
    WebPushSubscription made =
        WebPushSubscription.of(
            ENDPOINT, PADDED.encodeToString(point), PADDED.encodeToString(AUTH), rules);
    assertArrayEquals(point, made.p256dh());
    assertArrayEquals(AUTH, made.auth());
  }

  @Test
  void aKeyOfAnotherSizeOrFormIsRefused() {
    assertEquals(
        "keys.p256dh: 64 bytes (expected: 65 bytes)", refusalOfKey(Arrays.copyOf(point, 64)));
    assertEquals(
        "keys.p256dh: 66 bytes (expected: 65 bytes)", refusalOfKey(Arrays.copyOf(point, 66)));
    byte[] compressed = Arrays.copyOf(point, 33);
    compressed[0] = (byte) (2 + (point[64] & 1));
    assertEquals("keys.p256dh: 33 bytes (expected: 65 bytes)", refusalOfKey(compressed));
    String auth = UNPADDED.encodeToString(AUTH);
    String key = UNPADDED.encodeToString(point);
    assertEquals(
        "keys.p256dh: a string of 5 characters (expected: base64url)", refusal("a b+/", auth));
    assertEquals("keys.auth: 0 bytes (expected: 16 bytes)", refusal(key, ""));
    assertEquals(
        "keys.auth: 15 bytes (expected: 16 bytes)",
        refusal(key, UNPADDED.encodeToString(Arrays.copyOf(AUTH, 15))));
    assertEquals(
        "keys.auth: a string of 3 characters (expected: base64url)",
        refusal(key, "\u00e9\u00e9\u00e9"));
  }

  @Test
  void aPointThatIsNotOnTheCurveIsRefused() {
    String expected = "keys.p256dh: not on the curve (expected: an uncompressed point of P-256)";
    byte[] beside = point.clone();
    beside[64] ^= 1;
    byte[] zero = new byte[65];
    zero[0] = 4;
    byte[] hybrid = point.clone();
    hybrid[0] = (byte) (6 + (point[64] & 1));
    for (byte[] wrong : List.of(beside, zero, hybrid, new byte[65], beyondTheField())) {
      assertEquals(expected, refusalOfKey(wrong));
    }
  }

  /** A point of the curve, whose first coordinate is written with the field's size on top. */
  private static byte[] beyondTheField() {
    ECCurve curve = CustomNamedCurves.getByName("secp256r1").getCurve();
    byte[] compressed = new byte[33];
    compressed[0] = 2;
    // At 0 the curve has a point.
    byte[] all = curve.decodePoint(compressed).getEncoded(false);
    assertTrue(P256.isPoint(all));
    byte[] field = curve.getField().getCharacteristic().toByteArray();
    System.arraycopy(field, field.length - 32, all, 1, 32);
    return all;
  }

  @Test
  void whatIsStoredMustFitTheRulesOfToday() {
    String stored = of(point, AUTH).text().replace("push.example", "push.example:8443");
    GatewayException refused =
        assertThrows(GatewayException.class, () -> WebPushSubscription.parse(stored, rules));
    assertEquals("endpoint: port 8443 (expected: one of [443])", refused.detail());
    for (String broken : List.of("", "{", "[]", "null", "{}", "{\"keys\":1}", "{\"endpoint\":1}")) {
      assertThrows(GatewayException.class, () -> WebPushSubscription.parse(broken, rules), broken);
    }
  }

  @Test
  void theStoredTextFitsWhatIsStoredOfAToken() {
    String longest = "https://push.example/" + "a".repeat(WebPushConfig.ENDPOINT_CHARS_MAX - 21);
    String text = new WebPushSubscription(Rules.of("443", 2048).parse(longest), point, AUTH).text();
    assertTrue(text.length() < 4096, () -> text.length() + " characters");
  }
}
