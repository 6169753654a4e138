package io.restante.push.fcm;

import io.restante.push.JsonWebToken;
import io.restante.push.JsonWebToken.Algorithm;
import io.restante.push.PrivateKeyPem;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A Google service account, as its JSON key file tells it.
 *
 * @param projectId of the Firebase project
 * @param clientEmail the account's name
 * @param keyId which of the account's keys it is, empty where the file does not say
 * @param tokenUri where access tokens are given
 */
record GoogleAccount(
    String projectId, String clientEmail, String keyId, PrivateKey key, String tokenUri) {
  /** The permission that access tokens are asked for. */
  static final String SCOPE = "https://www.googleapis.com/auth/firebase.messaging";

  /** How long an assertion holds: the most that Google takes. */
  static final int ASSERTION_SECONDS = 3_600;

  private static final int KEY_BITS_MIN = 2_048;
  private static final int FIELD_CHARS_MAX = 16 * 1024;
  private static final Pattern PROJECT_ID = Pattern.compile("[a-zA-Z0-9.:-]{1,100}");
  private static final Pattern VISIBLE = Pattern.compile("[!-~]{1,1024}");

  /**
   * Reads a key file.
   *
   * @throws IllegalArgumentException that names the field which is not as it must be, and repeats
   *     nothing of it
   */
  static GoogleAccount parse(byte[] file) {
    JsonObject json;
    try {
      json = new JsonObject(Buffer.buffer(file));
    } catch (DecodeException | ClassCastException e) {
      throw expected("a service account's JSON file");
    }
    String keyId = json.getValue("private_key_id") instanceof String id ? id : "";
    if (!keyId.isEmpty()) {
      check(VISIBLE, keyId, "private_key_id: (expected: visible ASCII)");
    }
    return new GoogleAccount(
        check(PROJECT_ID, field(json, "project_id"), "project_id: (expected: a project's id)"),
        check(VISIBLE, field(json, "client_email"), "client_email: (expected: visible ASCII)"),
        keyId,
        key(field(json, "private_key")),
        tokenUri(field(json, "token_uri")));
  }

  /**
   * Signs an assertion that an access token is given for (RFC 7523, 2.1; RS256). Takes about a
   * millisecond: not for an event loop.
   *
   * @param nowSeconds since the epoch
   */
  String assertion(long nowSeconds) {
    JsonObject header = new JsonObject().put("alg", "RS256").put("typ", "JWT");
    if (!keyId.isEmpty()) {
      header.put("kid", keyId);
    }
    JsonObject claims =
        new JsonObject()
            .put("iss", clientEmail)
            .put("scope", SCOPE)
            .put("aud", tokenUri)
            .put("iat", nowSeconds)
            .put("exp", nowSeconds + ASSERTION_SECONDS);
    return JsonWebToken.sign(Algorithm.RS256, header, claims, key);
  }

  private static String field(JsonObject json, String name) {
    if (json.getValue(name) instanceof String text
        && !text.isBlank()
        && text.length() <= FIELD_CHARS_MAX) {
      return text;
    }
    throw new IllegalArgumentException(name + ": (expected: a text)");
  }

  private static String check(Pattern pattern, String text, String error) {
    if (!pattern.matcher(text).matches()) {
      throw new IllegalArgumentException(error);
    }
    return text;
  }

  private static PrivateKey key(String pem) {
    try {
      Optional<byte[]> der = PrivateKeyPem.only(pem);
      if (der.isPresent()) {
        PrivateKey key =
            KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(der.get()));
        if (key instanceof RSAPrivateKey rsa && rsa.getModulus().bitLength() >= KEY_BITS_MIN) {
          return key;
        }
      }
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      // Without its message, which may repeat some of the key.
    }
    throw new IllegalArgumentException(
        "private_key: (expected: PEM of a PKCS #8 RSA key of 2048 bits or more)");
  }

  private static String tokenUri(String text) {
    try {
      URI uri = URI.create(text);
      if (uri.getHost() != null
          && ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))) {
        return text;
      }
    } catch (IllegalArgumentException e) {
      // Told below.
    }
    throw new IllegalArgumentException("token_uri: (expected: an http or https URL)");
  }

  private static IllegalArgumentException expected(String what) {
    return new IllegalArgumentException("(expected: " + what + ")");
  }

  /** Hides the key. */
  @Override
  public String toString() {
    return "GoogleAccount";
  }
}
