package io.restante.push.fcm;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * A service account made for a test, as Google gives it to an operator.
 *
 * @param project its project
 */
record AccountFile(String project, String email, String keyId, KeyPair keys, String tokenUri) {
  static AccountFile make(String project, String tokenUri) {
    return new AccountFile(
        project, "push@" + project + ".iam.example", "key-of-" + project, rsa(2_048), tokenUri);
  }

  static KeyPair rsa(int bits) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(bits);
      return generator.generateKeyPair();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  static String pem(KeyPair keys) {
    return "-----BEGIN PRIVATE KEY-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'})
            .encodeToString(keys.getPrivate().getEncoded())
        + "\n-----END PRIVATE KEY-----\n";
  }

  JsonObject json() {
    return new JsonObject()
        .put("type", "service_account")
        .put("project_id", project)
        .put("private_key_id", keyId)
        .put("private_key", pem(keys))
        .put("client_email", email)
        .put("client_id", "1")
        .put("token_uri", tokenUri);
  }

  GoogleAccount parsed() {
    return parse(json());
  }

  static GoogleAccount parse(JsonObject json) {
    return GoogleAccount.parse(json.encode().getBytes(StandardCharsets.UTF_8));
  }

  /** Puts it in a file's place in one step, as a careful operator does. */
  void put(Path file) {
    put(file, json().encodePrettily());
  }

  static void put(Path file, String content) {
    try {
      Path next = file.resolveSibling("next");
      Files.writeString(next, content);
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
