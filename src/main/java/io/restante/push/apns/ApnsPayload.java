package io.restante.push.apns;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.restante.push.Push;
import io.vertx.core.buffer.Buffer;
import java.util.Base64;

/**
 * What a device is told: {@code {"aps":{...},"e":"..."}} with the envelope in base64, without
 * {@code e} where it is only woken. What is urgent is an alert that a Notification Service
 * Extension may change, as iOS wakes nothing else for certain; the rest comes silently.
 */
final class ApnsPayload {
  /** Apple's limit. */
  static final int BYTES_MAX = 4_096;

  /** The text that iOS shows where the extension has none in time: a key of the app's strings. */
  static final String ALERT_KEY = "RESTANTE_MESSAGE";

  private static final byte[] ALERT =
      ascii(
          "{\"aps\":{\"alert\":{\"loc-key\":\""
              + ALERT_KEY
              + "\"},\"sound\":\"default\",\"mutable-content\":1}");
  private static final byte[] SILENT = ascii("{\"aps\":{\"content-available\":1}");
  private static final byte[] ENVELOPE = ascii(",\"e\":\"");
  private static final byte[] ENVELOPE_END = ascii("\"");
  private static final byte[] END = ascii("}");

  private ApnsPayload() {}

  /** Bytes of the largest envelope that any push carries: four characters for three bytes. */
  static int envelopeBytesMax() {
    int frame =
        Math.max(ALERT.length, SILENT.length) + ENVELOPE.length + ENVELOPE_END.length + END.length;
    return (BYTES_MAX - frame) / 4 * 3;
  }

  /** The payload of a push. */
  static Buffer of(Push push) {
    Buffer payload = Buffer.buffer(BYTES_MAX).appendBytes(push.urgent() ? ALERT : SILENT);
    Buffer envelope = push.envelope();
    if (envelope != null) {
      payload
          .appendBytes(ENVELOPE)
          .appendBytes(Base64.getEncoder().encode(envelope.getBytes()))
          .appendBytes(ENVELOPE_END);
    }
    return payload.appendBytes(END);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(US_ASCII);
  }
}
