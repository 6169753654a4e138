package io.restante.account;

import io.restante.protocol.SenderCertificateCodec;
import io.restante.protocol.SigningKey;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
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

  /**
   * Reads a key's file, or makes it, with a trust root of its own: that one's public key is the
   * file's {@code trustRoot}, and its secret is forgotten.
   *
   * @throws IllegalArgumentException that names the file, where it cannot be read or written, or is
   *     no such key
   */
  public static SealedSenderKey readOrMake(Path file) {
    if (Files.exists(file)) {
      return read(file);
    }
    SecureRandom random = new SecureRandom();
    SigningKey root = SigningKey.generate(random);
    SigningKey key = SigningKey.generate(random);
    SealedSenderKey made =
        new SealedSenderKey(
            key, SenderCertificateCodec.serverCertificate(1, key.publicKey(), root));
    String trustRoot = Base64.getEncoder().encodeToString(root.publicKey());
    JsonObject json = new JsonObject(made.fileText()).put("trustRoot", trustRoot);
    try {
      // Under its name only when it is whole: a crash leaves no half of a key.
      Path whole = file.resolveSibling(file.getFileName() + ".new");
      Files.deleteIfExists(whole);
      Files.createFile(
          whole,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(whole, json.encodePrettily() + '\n');
      Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "redis.data-dir: " + file + " cannot be written (expected: a directory of its own)", e);
    }
    return made;
  }

  /** Hides the secret. */
  @Override
  public String toString() {
    return "SealedSenderKey";
  }
}
