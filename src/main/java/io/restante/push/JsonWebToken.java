package io.restante.push;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.json.JsonObject;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.Base64;

/** Signs what shows a provider who we are (JWS compact serialization, RFC 7515, section 7.1). */
public final class JsonWebToken {
  /** How to sign. */
  public enum Algorithm {
    /** ECDSA on P-256; the signature is 64 bytes (RFC 7518, section 3.4). */
    ES256("SHA256withECDSAinP1363Format"),
    /** RSA (RFC 7518, section 3.3). */
    RS256("SHA256withRSA");

    private final String jdkName;

    Algorithm(String jdkName) {
      this.jdkName = jdkName;
    }
  }

  private JsonWebToken() {}

  /**
   * The token.
   *
   * @param header with {@code alg} in it
   * @param key of the algorithm
   */
  public static String sign(
      Algorithm algorithm, JsonObject header, JsonObject claims, PrivateKey key) {
    String signed = base64(header.encode()) + '.' + base64(claims.encode());
    try {
      Signature signature = Signature.getInstance(algorithm.jdkName);
      signature.initSign(key);
      signature.update(signed.getBytes(UTF_8));
      return signed + '.' + base64(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a key that does not sign by " + algorithm, e);
    }
  }

  private static String base64(String text) {
    return base64(text.getBytes(UTF_8));
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
