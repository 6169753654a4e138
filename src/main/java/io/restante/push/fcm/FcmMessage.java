package io.restante.push.fcm;

import io.restante.push.Push;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

/**
 * Bodies of {@code projects.messages.send}. The app gets a data message: {@code e} is the envelope
 * in padded base64, or {@code w} says that something waits.
 */
final class FcmMessage {
  /** Bytes of all keys and values of a message's data, as Google counts them. */
  static final int DATA_BYTES_MAX = 4_096;

  /** The longest that FCM keeps a message, 28 days. */
  static final long TTL_SECONDS_MAX = TimeUnit.DAYS.toSeconds(28);

  static final String ENVELOPE = "e";
  static final String WAKE_UP = "w";

  /** Of wake-ups that have not arrived the last one is enough. */
  static final String COLLAPSE_KEY = "restante";

  /** The largest envelope: base64 makes 4 bytes of each 3 begun. */
  static final int ENVELOPE_BYTES_MAX = (DATA_BYTES_MAX - ENVELOPE.length()) / 4 * 3;

  private FcmMessage() {}

  /** The body of a push. */
  static Buffer body(Push push, long nowMs) {
    Buffer envelope = push.envelope();
    JsonObject android =
        new JsonObject()
            .put("priority", push.urgent() ? "HIGH" : "NORMAL")
            .put("ttl", ttlSeconds(push.expiresAtMs() - nowMs) + "s");
    JsonObject data = new JsonObject();
    if (envelope == null) {
      data.put(WAKE_UP, "1");
      android.put("collapse_key", COLLAPSE_KEY);
    } else {
      data.put(ENVELOPE, Base64.getEncoder().encodeToString(envelope.getBytes()));
    }
    JsonObject message =
        new JsonObject().put("token", push.target()).put("data", data).put("android", android);
    return new JsonObject().put("message", message).toBuffer();
  }

  /** Rounded down: 0 is now or never. */
  private static long ttlSeconds(long leftMs) {
    return Math.min(Math.max(TimeUnit.MILLISECONDS.toSeconds(leftMs), 0), TTL_SECONDS_MAX);
  }
}
