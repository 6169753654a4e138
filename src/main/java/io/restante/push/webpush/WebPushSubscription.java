package io.restante.push.webpush;

import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Where a browser or a UnifiedPush app is reached, and the keys under which only it can read what
 * arrives (RFC 8291, section 2).
 *
 * @param p256dh its public key: a point of P-256, uncompressed
 * @param auth its secret
 */
public record WebPushSubscription(Endpoint endpoint, byte[] p256dh, byte[] auth) {
  /** Characters of a key's base64, with room for padding. */
  public static final int KEY_CHARS_MAX = 128;

  /** Bytes of the secret. */
  static final int AUTH_BYTES = 16;

  private static final String ENDPOINT = "endpoint";
  private static final String KEYS = "keys";
  private static final String P256DH = "p256dh";
  private static final String AUTH = "auth";

  /**
   * Checks what an app told.
   *
   * @param p256dh base64url, padded or not, and so is {@code auth}
   * @throws GatewayException {@link ErrorCode#INVALID_FIELD} that names what is wrong
   */
  public static WebPushSubscription of(
      String endpoint, String p256dh, String auth, EndpointRules rules) {
    byte[] point = bytes(KEYS + '.' + P256DH, p256dh, P256.POINT_BYTES);
    if (!P256.isPoint(point)) {
      throw GatewayException.invalidField(
          KEYS + '.' + P256DH, "not on the curve", "an uncompressed point of P-256");
    }
    return new WebPushSubscription(
        rules.parse(endpoint), point, bytes(KEYS + '.' + AUTH, auth, AUTH_BYTES));
  }

  /**
   * Reads what {@link #text} wrote, by the rules of today.
   *
   * @throws GatewayException {@link ErrorCode#INVALID_FIELD} where they no longer take it
   */
  public static WebPushSubscription parse(String text, EndpointRules rules) {
    try {
      JsonObject json = new JsonObject(text);
      JsonObject keys = json.getJsonObject(KEYS, new JsonObject());
      return of(
          json.getString(ENDPOINT, ""),
          keys.getString(P256DH, ""),
          keys.getString(AUTH, ""),
          rules);
    } catch (DecodeException | ClassCastException notOne) {
      throw GatewayException.invalidField("subscription", "not JSON", "endpoint and keys");
    }
  }

  /** As it is stored, and handed to the sender: compact JSON of the shape that browsers make. */
  public String text() {
    Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    JsonObject keys =
        new JsonObject()
            .put(P256DH, base64.encodeToString(p256dh))
            .put(AUTH, base64.encodeToString(auth));
    return new JsonObject().put(ENDPOINT, endpoint.url()).put(KEYS, keys).encode();
  }

  private static byte[] bytes(String field, String text, int bytesExpected) {
    byte[] bytes = decoded(text);
    if (bytes == null) {
      throw GatewayException.invalidField(
          field, "a string of " + text.length() + " characters", "base64url");
    }
    if (bytes.length != bytesExpected) {
      throw GatewayException.invalidField(field, bytes.length + " bytes", bytesExpected + " bytes");
    }
    return bytes;
  }

  private static byte @Nullable [] decoded(String text) {
    try {
      return Base64.getUrlDecoder().decode(text);
    } catch (IllegalArgumentException notBase64) {
      return null;
    }
  }

  /** Hides everything. */
  @Override
  public String toString() {
    return "WebPushSubscription";
  }
}
