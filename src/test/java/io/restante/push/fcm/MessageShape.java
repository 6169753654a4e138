package io.restante.push.fcm;

import static io.restante.push.fcm.GoogleStub.expect;

import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;

/**
 * The shape of a message as FCM v1 takes it, as far as the gateway may use it, held to the letter.
 */
final class MessageShape {
  private MessageShape() {}

  /** The message of a body. */
  static JsonObject verified(JsonObject body) {
    expect(body.fieldNames().equals(Set.of("message")), "fields of the body");
    JsonObject message = body.getJsonObject("message");
    expect(message.fieldNames().equals(Set.of("token", "data", "android")), "fields");
    expect(!message.getString("token").isEmpty(), "token");
    JsonObject data = message.getJsonObject("data");
    expect(dataBytes(data) <= 4_096, "Android message is too big");
    JsonObject android = message.getJsonObject("android");
    boolean wakesOnly = data.fieldNames().equals(Set.of("w"));
    if (wakesOnly) {
      expect(
          android.fieldNames().equals(Set.of("priority", "ttl", "collapse_key")),
          "android fields of a wake-up");
    } else {
      expect(data.fieldNames().equals(Set.of("e")), "data fields");
      expect(android.fieldNames().equals(Set.of("priority", "ttl")), "android fields");
      expect(Base64.getDecoder().decode(data.getString("e")).length > 0, "base64");
    }
    expect(Set.of("HIGH", "NORMAL").contains(android.getString("priority")), "priority");
    String ttl = android.getString("ttl");
    expect(ttl.matches("[0-9]{1,7}s"), "ttl " + ttl);
    expect(Long.parseLong(ttl.substring(0, ttl.length() - 1)) <= 2_419_200, "ttl " + ttl);
    return message;
  }

  /** Bytes of keys and values, all of which must be texts. */
  private static int dataBytes(JsonObject data) {
    return data.stream()
        .mapToInt(entry -> bytes(entry.getKey()) + bytes((String) entry.getValue()))
        .sum();
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
