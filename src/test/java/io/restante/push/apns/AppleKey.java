package io.restante.push.apns;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.eatthepath.pushy.apns.auth.ApnsVerificationKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;

/** A key as Apple gives it to a developer: a {@code .p8} file, of this run. */
record AppleKey(KeyPair pair) {
  static final String KEY_ID = "ABC123DEFG";
  static final String TEAM_ID = "DEF123GHIJ";

  static AppleKey make() {
    return make("secp256r1");
  }

  static AppleKey make(String curve) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(curve));
      return new AppleKey(generator.generateKeyPair());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Writes the file, at once: a reader finds all of it or what was there before. */
  Path write(Path file) {
    String lines =
        Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(pair.getPrivate().getEncoded());
    return put(file, "-----BEGIN PRIVATE KEY-----\n" + lines + "\n-----END PRIVATE KEY-----\n");
  }

  static Path put(Path file, String text) {
    try {
      Path whole =
          Files.write(file.resolveSibling(file.getFileName() + ".new"), text.getBytes(US_ASCII));
      return Files.move(
          whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The half that Apple keeps. */
  ApnsVerificationKey atApple() {
    try {
      return new ApnsVerificationKey(KEY_ID, TEAM_ID, (ECPublicKey) pair.getPublic());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The lines of base64, none of which may be logged. */
  String secret() {
    return Base64.getEncoder().encodeToString(pair.getPrivate().getEncoded());
  }
}
