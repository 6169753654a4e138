package io.restante.push.webpush;

import io.restante.push.JsonWebToken;
import io.restante.push.JsonWebToken.Algorithm;
import io.restante.push.PrivateKeyPem;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The key by which push servers know this gateway (VAPID, RFC 8292): a subscription that was made
 * with its public half takes pushes from nobody else.
 */
public final class VapidKey {
  private final PrivateKey secret;
  private final byte[] point;

  private VapidKey(PrivateKey secret, byte[] point) {
    this.secret = secret;
    this.point = point;
  }

  /** A new key. */
  public static VapidKey generate(SecureRandom random) {
    BigInteger secret = P256.newSecret(random);
    try {
      PrivateKey key =
          KeyFactory.getInstance("EC").generatePrivate(new ECPrivateKeySpec(secret, curve()));
      return new VapidKey(key, P256.publicKey(secret));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a JDK without P-256", e);
    }
  }

  /**
   * Reads a key's file: PEM of PKCS #8, as {@code restante push keys} and {@code openssl genpkey}
   * write it.
   *
   * @throws IllegalArgumentException that names the file, where it cannot be read or is no such key
   */
  public static VapidKey read(Path file) {
    try {
      Optional<byte[]> der = PrivateKeyPem.in(Files.readString(file));
      if (der.isPresent()) {
        PrivateKey key =
            KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der.get()));
        if (key instanceof ECPrivateKey ec
            && ec.getParams().getCurve().equals(curve().getCurve())) {
          return new VapidKey(key, P256.publicKey(ec.getS()));
        }
      }
      throw notOne(file, null);
    } catch (IOException | GeneralSecurityException e) {
      throw notOne(file, e);
    }
  }

  private static IllegalArgumentException notOne(Path file, @Nullable Exception cause) {
    return new IllegalArgumentException(
        "push.webpush.key: " + file + " (expected: what 'restante push keys' wrote)", cause);
  }

  private static ECParameterSpec curve() throws GeneralSecurityException {
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec("secp256r1"));
    return parameters.getParameterSpec(ECParameterSpec.class);
  }

  /** The text of the key's file. */
  public String fileText() {
    String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(secret.getEncoded());
    return "-----BEGIN PRIVATE KEY-----\n" + lines + "\n-----END PRIVATE KEY-----\n";
  }

  /** What an app subscribes with ({@code applicationServerKey}): base64url of 65 bytes. */
  public String publicKey() {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(point);
  }

  /**
   * The {@code Authorization} of pushes to one origin (RFC 8292, section 2).
   *
   * @param expiresAtSeconds since the epoch, within the next day
   */
  String authorization(String origin, String subject, long expiresAtSeconds) {
    JsonObject claims =
        new JsonObject().put("aud", origin).put("exp", expiresAtSeconds).put("sub", subject);
    JsonObject header = new JsonObject().put("typ", "JWT").put("alg", "ES256");
    return "vapid t="
        + JsonWebToken.sign(Algorithm.ES256, header, claims, secret)
        + ", k="
        + publicKey();
  }

  /** Hides the secret. */
  @Override
  public String toString() {
    return "VapidKey";
  }
}
