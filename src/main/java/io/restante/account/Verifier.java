package io.restante.account;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What is kept of a password: HMAC-SHA-256 of it (RFC 2104) under a random salt as key.
 *
 * @param salt 16 random bytes
 * @param hash 32 bytes
 */
public record Verifier(byte[] salt, byte[] hash) {
  private static final String ALGORITHM = "HmacSHA256";

  // To look one up costs about as much as what it computes.
  private static final ThreadLocal<Mac> MACS = ThreadLocal.withInitial(Verifier::mac);

  /** The verifier of a password. */
  public static Verifier of(String password, byte[] salt) {
    return new Verifier(salt, hmac(password, salt));
  }

  /** Whether this is the password, compared in constant time. */
  public boolean accepts(String password) {
    return MessageDigest.isEqual(hash, hmac(password, salt));
  }

  private static byte[] hmac(String password, byte[] salt) {
    Mac mac = MACS.get();
    try {
      mac.init(new SecretKeySpec(salt, ALGORITHM));
    } catch (InvalidKeyException e) {
      throw new IllegalStateException("a salt that is no key", e);
    }
    return mac.doFinal(password.getBytes(StandardCharsets.UTF_8));
  }

  private static Mac mac() {
    try {
      return Mac.getInstance(ALGORITHM);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("a JDK without " + ALGORITHM, e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Verifier that
        && MessageDigest.isEqual(hash, that.hash)
        && MessageDigest.isEqual(salt, that.salt);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(hash);
  }

  /** Hides both. */
  @Override
  public String toString() {
    return "Verifier";
  }
}
