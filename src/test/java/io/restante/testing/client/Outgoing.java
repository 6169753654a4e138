package io.restante.testing.client;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Base64;
import java.util.List;

/** An encrypted message for one device. Types as in the contract's envelope. */
public record Outgoing(int type, int device, int registrationId, byte[] content) {
  /** A message of a session that exists. */
  public static final int CIPHERTEXT = 1;

  /** The first message of a session: prekey id, own half and ciphertext in one. */
  public static final int PREKEY_BUNDLE = 3;

  /** A message that does not say from whom it is. */
  public static final int SEALED_SENDER = 6;

  /** The same for another device, or another installation. */
  public Outgoing to(int otherDevice, int otherRegistrationId) {
    return new Outgoing(type, otherDevice, otherRegistrationId, content);
  }

  /** The same, said to be from nobody. */
  public Outgoing asSealed() {
    return new Outgoing(SEALED_SENDER, device, registrationId, content);
  }

  private JsonObject json() {
    return new JsonObject()
        .put("type", type)
        .put("destinationDeviceId", device)
        .put("destinationRegistrationId", registrationId)
        .put("content", Base64.getEncoder().encodeToString(content));
  }

  /** The request that sends messages, one for each device, to an account. */
  public static Ask sending(String destination, long timestamp, List<Outgoing> messages) {
    JsonArray list = new JsonArray();
    messages.forEach(message -> list.add(message.json()));
    return Ask.put(
        "/v1/messages/" + destination,
        new JsonObject().put("messages", list).put("timestamp", timestamp).put("urgent", true));
  }
}
