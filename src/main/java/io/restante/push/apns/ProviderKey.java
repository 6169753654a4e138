package io.restante.push.apns;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.vertx.core.json.JsonObject;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The key of a {@code .p8} file. Signs the tokens that show Apple who we are (ES256, RFC 7518). */
final class ProviderKey {
  private static final Pattern PEM =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
  private static final int CURVE_BITS = 256;

  private final ECPrivateKey key;
  private final String head;
  private final String teamId;

  private ProviderKey(ECPrivateKey key, String keyId, String teamId) {
    this.key = key;
    this.head = new JsonObject().put("alg", "ES256").put("kid", keyId).encode();
    this.teamId = teamId;
  }

  /**
   * Reads a file's text.
   *
   * @throws GeneralSecurityException where it is no key of P-256; its message has nothing of it
   */
  static ProviderKey of(String pem, ApnsConfig.Token config) throws GeneralSecurityException {
    Matcher block = PEM.matcher(pem);
    if (!block.find()) {
      throw new GeneralSecurityException("no PEM of a private key");
    }
    PKCS8EncodedKeySpec spec =
        new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(block.group(1)));
    ECPrivateKey key = (ECPrivateKey) KeyFactory.getInstance("EC").generatePrivate(spec);
    if (key.getParams().getOrder().bitLength() != CURVE_BITS) {
      throw new GeneralSecurityException("another curve");
    }
    return new ProviderKey(key, config.keyId(), config.teamId());
  }

  /** A token as of this time. */
  ProviderToken sign(Instant now) {
    String claims = new JsonObject().put("iss", teamId).put("iat", now.getEpochSecond()).encode();
    String signed = base64(head.getBytes(US_ASCII)) + '.' + base64(claims.getBytes(US_ASCII));
    try {
      Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
      signature.initSign(key);
      signature.update(signed.getBytes(US_ASCII));
      return new ProviderToken(signed + '.' + base64(signature.sign()), now.toEpochMilli());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a JDK without ES256", e);
    }
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Hides the key. */
  @Override
  public String toString() {
    return "ProviderKey";
  }
}
