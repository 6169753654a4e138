package io.restante.account;

import io.restante.protocol.SenderCertificateCodec;
import io.restante.protocol.SigningKey;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/**
 * The key that signs sender certificates, with its own certificate under the trust root.
 *
 * @param certificate what {@link SenderCertificateCodec#serverCertificate} made
 */
public record SealedSenderKey(SigningKey key, byte[] certificate) {
  private static final String SECRET = "secret";
  private static final String CERTIFICATE = "certificate";

  /** The text of the key's file. */
  public String fileText() {
    Base64.Encoder base64 = Base64.getEncoder();
    return new JsonObject()
            .put(SECRET, base64.encodeToString(key.secret()))
            .put(CERTIFICATE, base64.encodeToString(certificate))
            .encodePrettily()
        + '\n';
  }

  /**
   * Reads a key's file.
   *
   * @throws IllegalArgumentException that names the file, where it cannot be read or is no such key
   */
  public static SealedSenderKey read(Path file) {
    try {
      JsonObject json = new JsonObject(Files.readString(file));
      Base64.Decoder base64 = Base64.getDecoder();
      return new SealedSenderKey(
          SigningKey.of(base64.decode(json.getString(SECRET, ""))),
          base64.decode(json.getString(CERTIFICATE, "")));
    } catch (IOException | IllegalArgumentException | DecodeException | ClassCastException e) {
      throw new IllegalArgumentException(
          "sealed-sender.key: " + file + " (expected: what 'restante keys sealed-sender' wrote)",
          e);
    }
  }

  /** Hides the secret. */
  @Override
  public String toString() {
    return "SealedSenderKey";
  }
}
