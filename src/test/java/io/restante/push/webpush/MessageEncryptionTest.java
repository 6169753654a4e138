package io.restante.push.webpush;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.restante.testing.Seeded;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MessageEncryptionTest {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final BigInteger device = P256.newSecret(RANDOM);
  private final byte[] auth = Seeded.bytes(new Random(1), WebPushSubscription.AUTH_BYTES);
  private final WebPushSubscription to = subscription(P256.publicKey(device), auth);

  private static WebPushSubscription subscription(byte[] point, byte[] auth) {
    return new WebPushSubscription(new Endpoint("push.example", 443, "/"), point, auth);
  }

  private static byte[] base64(String text) {
    return Base64.getUrlDecoder().decode(text);
  }

  /** RFC 8291, section 5 and appendix A. */
  @Test
  void theExampleOfTheRfcComesOutByteForByte() {
    byte[] point =
        base64(
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyP"
                + "js7Vd8pZGH6SRpkNtoIAiw4");
    BigInteger sender = new BigInteger(1, base64("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"));
    byte[] message =
        MessageEncryption.seal(
            "When I grow up, I want to be a watermelon".getBytes(UTF_8),
            subscription(point, base64("BTBZMqHH6r4Tts7J_aSIgg")),
            sender,
            base64("DGv6ra1nlYgDCS1FRnbzlw"));
    assertEquals(
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmY"
            + "WAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNW"
            + "QexSgSxsj_Qulcy4a-fN",
        Base64.getUrlEncoder().withoutPadding().encodeToString(message));
  }

  @Test
  void theLargestEnvelopeFillsAMessageToItsLastByteAndIsRead() {
    assertEquals(3993, MessageEncryption.CONTENT_BYTES_MAX);
    byte[] content = Seeded.bytes(new Random(2), MessageEncryption.CONTENT_BYTES_MAX);
    byte[] message = MessageEncryption.seal(content, to, RANDOM);
    assertEquals(4096, message.length);
    assertArrayEquals(content, DeviceSide.open(message, device, auth));
    byte[] larger = Arrays.copyOf(content, content.length + 1);
    assertThrows(IllegalArgumentException.class, () -> MessageEncryption.seal(larger, to, RANDOM));
  }

  @Test
  void nothingToCarryIsAMessageAsWell() {
    byte[] message = MessageEncryption.seal(new byte[0], to, RANDOM);
    assertEquals(103, message.length);
    assertEquals(0, DeviceSide.open(message, device, auth).length);
  }

  @Test
  void eachMessageHasSaltAndKeyOfItsOwn() {
    byte[] one = MessageEncryption.seal(new byte[1], to, RANDOM);
    byte[] other = MessageEncryption.seal(new byte[1], to, RANDOM);
    assertFalse(Arrays.equals(one, 0, 16, other, 0, 16));
    assertFalse(Arrays.equals(one, 21, 86, other, 21, 86));
  }

  @Test
  void onlyWhoHasTheSecretReadsIt() {
    byte[] message = MessageEncryption.seal(new byte[10], to, RANDOM);
    byte[] otherAuth = auth.clone();
    otherAuth[0] ^= 1;
    assertThrows(IllegalStateException.class, () -> DeviceSide.open(message, device, otherAuth));
    BigInteger other = P256.newSecret(RANDOM);
    assertThrows(IllegalStateException.class, () -> DeviceSide.open(message, other, auth));
  }
}
