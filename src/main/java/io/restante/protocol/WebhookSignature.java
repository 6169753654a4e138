package io.restante.protocol;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Signs what is posted to the operator, who can tell by it that a post comes from here and is
 * recent.
 *
 * <p>{@code Restante-Signature} is the hex of HMAC-SHA-256, under the shared secret, of {@code
 * Restante-Timestamp} (seconds since the epoch), a dot, and the body; without a secret it is
 * absent. {@code Restante-Delivery} is the same on each attempt to bring the same thing.
 */
public final class WebhookSignature {
  /** Name of the header with the time. */
  public static final String TIMESTAMP = "Restante-Timestamp";

  /** Name of the header by which a repeated post is known. */
  public static final String DELIVERY = "Restante-Delivery";

  /** Name of the header with the signature. */
  public static final String SIGNATURE = "Restante-Signature";

  private static final String MAC = "HmacSHA256";

  private final @Nullable SecretKeySpec key;

  /** Signs under a secret; null for posts without a signature. */
  public WebhookSignature(@Nullable String secret) {
    this.key =
        secret == null ? null : new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), MAC);
  }

  /**
   * The headers of a post.
   *
   * @param nowMs ms since the epoch
   */
  public Map<String, String> headers(String delivery, long nowMs, Buffer body) {
    String timestamp = Long.toString(Math.floorDiv(nowMs, 1000L));
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(TIMESTAMP, timestamp);
    headers.put(DELIVERY, delivery);
    if (key != null) {
      headers.put(SIGNATURE, sign(key, timestamp, body));
    }
    return headers;
  }

  private static String sign(SecretKeySpec key, String timestamp, Buffer body) {
    try {
      Mac mac = Mac.getInstance(MAC);
      mac.init(key);
      mac.update(timestamp.getBytes(StandardCharsets.US_ASCII));
      mac.update((byte) '.');
      return HexFormat.of().formatHex(mac.doFinal(body.getBytes()));
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("a JDK without " + MAC, e);
    }
  }

  /** Hides the secret. */
  @Override
  public String toString() {
    return "WebhookSignature";
  }
}
