package io.restante.push.webhook;

import java.net.URI;

/**
 * Where pushes go that none of the providers brings.
 *
 * @param url where they are posted
 * @param secret signs them
 * @param timeoutMs how long a post may take
 * @param connectionsMax of each event loop
 * @param envelopeBytesMax the largest envelope that is posted; 0 where posts only wake
 */
public record WebhookConfig(
    String url, String secret, int timeoutMs, int connectionsMax, int envelopeBytesMax) {
  /** Default of {@code push.webhook.timeout-ms}. */
  public static final int TIMEOUT_MS = 5_000;

  /** Default of {@code push.webhook.connections-max}. */
  public static final int CONNECTIONS_MAX = 16;

  /**
   * Default of {@code push.webhook.envelope-max-bytes}: a message of 256 KiB and what is told of
   * it.
   */
  public static final int ENVELOPE_BYTES_MAX = 260 * 1024;

  /** Characters of the secret. */
  public static final int SECRET_CHARS_MIN = 16;

  /** Checks every value. */
  public WebhookConfig {
    URI uri = URI.create(url);
    if (uri.getHost() == null
        || !("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))) {
      throw new IllegalArgumentException("push.webhook.url: (expected: an http or https URL)");
    }
    range("push.webhook.secret characters", secret.length(), SECRET_CHARS_MIN, 4_096);
    range("push.webhook.timeout-ms", timeoutMs, 100, 60_000);
    range("push.webhook.connections-max", connectionsMax, 1, 1_000);
    range("push.webhook.envelope-max-bytes", envelopeBytesMax, 0, 2 * 1024 * 1024);
  }

  private static void range(String name, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          name + ": " + value + " (expected: " + min + " to " + max + ")");
    }
  }

  /** Hides secret and address, in which a secret may be as well. */
  @Override
  public String toString() {
    return "WebhookConfig";
  }
}
