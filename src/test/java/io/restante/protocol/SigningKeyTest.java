package io.restante.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.signal.libsignal.protocol.ecc.ECPublicKey;

final class SigningKeyTest {
  private static final int KEYS = 64;

  private final SecureRandom random = new SecureRandom();

  @Test
  void libsignalAndWeVerifyWhatItSignsUnderEitherSign() throws Exception {
    int signed = 0;
    for (int i = 0; i < KEYS; i++) {
      SigningKey key = SigningKey.generate(random);
      byte[] message = new byte[i];
      random.nextBytes(message);
      byte[] signature = key.sign(message);
      signed += (signature[63] & 0x80) >>> 7;
      assertTrue(new ECPublicKey(key.publicKey()).verifySignature(message, signature));
      assertTrue(XEdDsa.of(key.publicKey()).verifies(message, signature));
      assertFalse(XEdDsa.of(key.publicKey()).verifies(new byte[i + 1], signature));
    }
    assertTrue(signed > 0 && signed < KEYS, signed + " of " + KEYS + " have the sign set");
  }

  @Test
  void secretMakesTheSameKeyAgainAndAnotherSizeIsRefused() {
    SigningKey key = SigningKey.generate(random);
    assertArrayEquals(key.publicKey(), SigningKey.of(key.secret()).publicKey());
    assertThrows(IllegalArgumentException.class, () -> SigningKey.of(new byte[31]));
  }
}
