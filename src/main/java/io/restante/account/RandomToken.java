package io.restante.account;

import java.security.SecureRandom;
import java.util.Base64;

/** Makes names that nobody can guess. */
final class RandomToken {
  private static final SecureRandom RANDOM = new SecureRandom();

  private RandomToken() {}

  /** So many random bytes in URL-safe base64 without padding (RFC 4648, section 5). */
  static String ofBytes(int bytes) {
    byte[] random = new byte[bytes];
    RANDOM.nextBytes(random);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
  }
}
