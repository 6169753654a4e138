package io.restante.push.webpush;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VapidKeyTest {
  private static final String ORIGIN = "https://push.example";
  private static final String SUBJECT = "mailto:push@restante.example";
  private static final long NOW = 1_800_000_000;

  @TempDir private Path folder = Path.of(".");
  private final VapidKey key = VapidKey.generate(new SecureRandom());
  private final AtomicLong now = new AtomicLong(NOW);
  private final VapidTokens tokens =
      new VapidTokens(key, SUBJECT, () -> Instant.ofEpochSecond(now.get()));

  /** Verifies a header as a push server does; its claims. */
  static JsonObject verified(String authorization, String publicKey)
      throws GeneralSecurityException {
    String expectedEnd = ", k=" + publicKey;
    assertTrue(authorization.startsWith("vapid t="));
    assertTrue(authorization.endsWith(expectedEnd));
    String token =
        authorization.substring("vapid t=".length(), authorization.length() - expectedEnd.length());
    String[] parts = token.split("\\.", -1);
    assertEquals(3, parts.length);
    Base64.Decoder base64 = Base64.getUrlDecoder();
    assertEquals(
        "{\"typ\":\"JWT\",\"alg\":\"ES256\"}", new String(base64.decode(parts[0]), US_ASCII));
    Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
    signature.initVerify(DeviceSide.publicKey(base64.decode(publicKey)));
    signature.update((parts[0] + '.' + parts[1]).getBytes(US_ASCII));
    assertTrue(signature.verify(base64.decode(parts[2])));
    return new JsonObject(new String(base64.decode(parts[1]), US_ASCII));
  }

  @Test
  void aTokenSaysForWhomByWhomAndHowLong() throws Exception {
    JsonObject claims = verified(tokens.authorization(ORIGIN), key.publicKey());
    assertEquals(ORIGIN, claims.getString("aud"));
    assertEquals(SUBJECT, claims.getString("sub"));
    assertEquals(NOW + 12 * 3600, claims.getLong("exp"));
    assertEquals(3, claims.size());
  }

  @Test
  void aTokenIsUsedAgainUntilShortlyBeforeItsEnd() {
    String first = tokens.authorization(ORIGIN);
    now.addAndGet(11 * 3600 - 1);
    assertEquals(first, tokens.authorization(ORIGIN));
    now.addAndGet(1);
    String second = tokens.authorization(ORIGIN);
    assertNotEquals(first, second);
    assertEquals(second, tokens.authorization(ORIGIN));
  }

  @Test
  void eachOriginHasATokenOfItsOwn() throws Exception {
    tokens.authorization(ORIGIN);
    String other = "https://push.example:8443";
    assertEquals(other, verified(tokens.authorization(other), key.publicKey()).getString("aud"));
  }

  @Test
  void aFileIsReadAsItWasWritten() throws Exception {
    Path file = Files.writeString(folder.resolve("key.pem"), key.fileText());
    VapidKey read = VapidKey.read(file);
    assertEquals(key.publicKey(), read.publicKey());
    verified(read.authorization(ORIGIN, SUBJECT, NOW), key.publicKey());
    assertEquals(65, Base64.getUrlDecoder().decode(key.publicKey()).length);
    assertFalse(read.toString().contains(key.publicKey()));
  }

  @Test
  void whatIsNoKeyOfThisCurveIsToldWithItsFileAndWithoutItsContent() throws Exception {
    KeyPairGenerator other = KeyPairGenerator.getInstance("EC");
    other.initialize(new ECGenParameterSpec("secp384r1"));
    KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
    rsa.initialize(1024);
    for (String text :
        List.of(
            "",
            "hunter2",
            key.fileText().replace("PRIVATE", "PUBLIC"),
            key.fileText().replaceFirst("\n....", "\nAAAA"),
            pem(other.generateKeyPair().getPrivate().getEncoded()),
            pem(rsa.generateKeyPair().getPrivate().getEncoded()))) {
      Path file = Files.writeString(folder.resolve("wrong.pem"), text);
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> VapidKey.read(file), text);
      assertEquals(
          "push.webpush.key: " + file + " (expected: what 'restante push keys' wrote)",
          e.getMessage());
    }
    Path none = folder.resolve("none.pem");
    assertThrows(IllegalArgumentException.class, () -> VapidKey.read(none));
  }

  private static String pem(byte[] der) {
    return "-----BEGIN PRIVATE KEY-----\n"
        + Base64.getMimeEncoder().encodeToString(der)
        + "\n-----END PRIVATE KEY-----\n";
  }
}
