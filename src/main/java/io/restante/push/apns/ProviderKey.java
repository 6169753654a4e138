package io.restante.push.apns;

import io.restante.push.JsonWebToken;
import io.restante.push.JsonWebToken.Algorithm;
import io.restante.push.PrivateKeyPem;
import io.vertx.core.json.JsonObject;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;

/** The key of a {@code .p8} file. Signs the tokens that show Apple who we are (ES256, RFC 7518). */
final class ProviderKey {
  private static final int CURVE_BITS = 256;

  private final ECPrivateKey key;
  private final String keyId;
  private final String teamId;

  private ProviderKey(ECPrivateKey key, String keyId, String teamId) {
    this.key = key;
    this.keyId = keyId;
    this.teamId = teamId;
  }

  /**
   * Reads a file's text.
   *
   * @throws GeneralSecurityException where it is no key of P-256; its message has nothing of it
   */
  static ProviderKey of(String pem, ApnsConfig.Token config) throws GeneralSecurityException {
    byte[] der =
        PrivateKeyPem.in(pem)
            .orElseThrow(() -> new GeneralSecurityException("no PEM of a private key"));
    PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(der);
    ECPrivateKey key = (ECPrivateKey) KeyFactory.getInstance("EC").generatePrivate(spec);
    if (key.getParams().getOrder().bitLength() != CURVE_BITS) {
      throw new GeneralSecurityException("another curve");
    }
    return new ProviderKey(key, config.keyId(), config.teamId());
  }

  /** A token as of this time. */
  ProviderToken sign(Instant now) {
    JsonObject header = new JsonObject().put("alg", "ES256").put("kid", keyId);
    JsonObject claims = new JsonObject().put("iss", teamId).put("iat", now.getEpochSecond());
    return new ProviderToken(
        JsonWebToken.sign(Algorithm.ES256, header, claims, key), now.toEpochMilli());
  }

  /** Hides the key. */
  @Override
  public String toString() {
    return "ProviderKey";
  }
}
