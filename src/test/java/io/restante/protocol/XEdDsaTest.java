package io.restante.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.testing.Seeded;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.signal.libsignal.protocol.InvalidKeyException;
import org.signal.libsignal.protocol.ecc.ECKeyPair;
import org.signal.libsignal.protocol.ecc.ECPublicKey;

/**
 * Our verdict against libsignal's. The two differ only where a test's name says that we refuse, and
 * there only so that we refuse what libsignal takes.
 */
class XEdDsaTest {
  private static final byte[] MESSAGE = "a prekey".getBytes(StandardCharsets.UTF_8);

  @Test
  void takesWhatLibsignalSigns() {
    Random random = Seeded.random("takesWhatLibsignalSigns");
    for (int i = 0; i < 200; i++) {
      ECKeyPair pair = ECKeyPair.generate();
      byte[] key = pair.getPublicKey().serialize();
      XEdDsa verifier = XEdDsa.of(key);
      for (int length : new int[] {0, 33, 1569, random.nextInt(4096)}) {
        byte[] message = Seeded.bytes(random, length);
        byte[] signature = pair.getPrivateKey().calculateSignature(message);
        assertTrue(verifier.verifies(message, signature));
      }
    }
  }

  @Test
  void agreesWithLibsignalOnTamperedKeysMessagesAndSignatures() {
    Random random = Seeded.random("agreesWithLibsignalOnTamperedKeysMessagesAndSignatures");
    int taken = 0;
    for (int i = 0; i < 3_000; i++) {
      ECKeyPair pair = ECKeyPair.generate();
      byte[] message = Seeded.bytes(random, 33);
      byte[] signature = pair.getPrivateKey().calculateSignature(message);
      byte[] key = pair.getPublicKey().serialize();
      switch (random.nextInt(4)) {
        case 0 -> flipBit(random, signature, 0, 512);
        case 1 -> flipBit(random, message, 0, message.length * 8);
        // Not the top bit: see refusesAKeyThatIsNotCanonical.
        case 2 -> flipBit(random, key, 8, 255);
        default -> taken++;
      }
      assertEquals(libsignal(key, message, signature), XEdDsa.of(key).verifies(message, signature));
    }
    assertTrue(taken > 0);
  }

  @Test
  void refusesEveryFlippedBitOfOneSignature() {
    ECKeyPair pair = ECKeyPair.generate();
    XEdDsa verifier = XEdDsa.of(pair.getPublicKey().serialize());
    byte[] signature = pair.getPrivateKey().calculateSignature(MESSAGE);
    for (int bit = 0; bit < 512; bit++) {
      byte[] flipped = signature.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      assertFalse(verifier.verifies(MESSAGE, flipped), "bit " + bit);
    }
  }

  @Test
  void agreesWithLibsignalOnRandomKeysAndSignatures() {
    Random random = Seeded.random("agreesWithLibsignalOnRandomKeysAndSignatures");
    for (int i = 0; i < 3_000; i++) {
      byte[] key = serialized(Seeded.bytes(random, 32));
      byte[] signature = Seeded.bytes(random, 64);
      assertEquals(libsignal(key, MESSAGE, signature), XEdDsa.of(key).verifies(MESSAGE, signature));
    }
  }

  @Test
  void refusesSignaturesOfAnotherSizeAsLibsignalDoes() {
    ECKeyPair pair = ECKeyPair.generate();
    byte[] key = pair.getPublicKey().serialize();
    byte[] signature = pair.getPrivateKey().calculateSignature(MESSAGE);
    for (int size : new int[] {0, 1, 32, 63, 65, 128}) {
      byte[] other = Arrays.copyOf(signature, size);
      assertFalse(libsignal(key, MESSAGE, other));
      assertFalse(XEdDsa.of(key).verifies(MESSAGE, other));
    }
  }

  @Test
  void refusesAKeyOfAnotherSizeOrType() {
    byte[] key = ECKeyPair.generate().getPublicKey().serialize();
    byte[] otherType = key.clone();
    otherType[0] = 6;
    for (byte[] wrong : List.of(new byte[0], Arrays.copyOf(key, 32), otherType)) {
      assertThrows(InvalidKeyException.class, () -> new ECPublicKey(wrong));
      assertThrows(IllegalArgumentException.class, () -> XEdDsa.of(wrong));
    }
    assertThrows(IllegalArgumentException.class, () -> XEdDsa.of(Arrays.copyOf(key, 34)));
  }

  /** libsignal takes them: the same key under another serialized form. */
  @Test
  void refusesAKeyThatIsNotCanonical() {
    ECKeyPair pair = ECKeyPair.generate();
    byte[] key = pair.getPublicKey().serialize();
    byte[] signature = pair.getPrivateKey().calculateSignature(MESSAGE);
    key[32] |= (byte) 0x80;
    assertTrue(libsignal(key, MESSAGE, signature));
    assertFalse(XEdDsa.of(key).verifies(MESSAGE, signature));
    for (int above = 0; above < 19; above++) {
      byte[] u = EdwardsPoint.littleEndian(EdwardsPoint.P.add(BigInteger.valueOf(above)));
      assertFalse(XEdDsa.of(serialized(u)).verifies(MESSAGE, forLowOrderKey()));
    }
  }

  /** libsignal takes them: its check of s is for 2^253 only, and it reduces. */
  @Test
  void refusesAScalarOfLOrMore() {
    int takenByLibsignal = 0;
    for (int i = 0; i < 100; i++) {
      ECKeyPair pair = ECKeyPair.generate();
      byte[] key = pair.getPublicKey().serialize();
      byte[] signature = pair.getPrivateKey().calculateSignature(MESSAGE);
      int sign = signature[63] & 0x80;
      signature[63] &= 0x7f;
      byte[] s = Arrays.copyOfRange(signature, 32, 64);
      BigInteger beyond = EdwardsPoint.fromLittleEndian(s).add(EdwardsPoint.L);
      System.arraycopy(EdwardsPoint.littleEndian(beyond), 0, signature, 32, 32);
      signature[63] |= (byte) sign;
      takenByLibsignal += libsignal(key, MESSAGE, signature) ? 1 : 0;
      assertFalse(XEdDsa.of(key).verifies(MESSAGE, signature));
    }
    assertTrue(takenByLibsignal > 0);
  }

  /** libsignal takes some: anyone can sign for such a key. */
  @Test
  void refusesKeysOfLowOrder() {
    int takenByLibsignal = 0;
    for (EdwardsPoint low : EdwardsPoint.lowOrder()) {
      byte[] key = serialized(EdwardsPoint.littleEndian(low.montgomeryU()));
      for (int i = 0; i < 64; i++) {
        byte[] message = {(byte) i};
        byte[] signature = forLowOrderKey();
        signature[63] |= (byte) (i << 7);
        takenByLibsignal += libsignal(key, message, signature) ? 1 : 0;
        assertFalse(XEdDsa.of(key).verifies(message, signature));
      }
    }
    assertTrue(takenByLibsignal > 0);
  }

  @Test
  void refusesTheAllZeroKeyAndUOfMinusOne() {
    byte[] minusOne = EdwardsPoint.littleEndian(EdwardsPoint.P.subtract(BigInteger.ONE));
    for (byte[] u : List.of(new byte[32], minusOne)) {
      assertFalse(XEdDsa.of(serialized(u)).verifies(MESSAGE, new byte[64]));
      assertFalse(XEdDsa.of(serialized(u)).verifies(MESSAGE, forLowOrderKey()));
    }
  }

  /** BouncyCastle's Ed25519.verify by itself would take all of these. */
  @Test
  void agreesWithLibsignalOnAPointRWithAPartOfLowOrder() {
    Random random = Seeded.random("agreesWithLibsignalOnAPointRWithAPartOfLowOrder");
    BigInteger secret = scalar(random);
    EdwardsPoint key = EdwardsPoint.BASE.times(secret);
    for (EdwardsPoint low : EdwardsPoint.lowOrder()) {
      byte[] serialized = serialized(EdwardsPoint.littleEndian(key.montgomeryU()));
      for (int i = 0; i < 16; i++) {
        BigInteger nonce = scalar(random);
        byte[] message = Seeded.bytes(random, 33);
        byte[] honest = sign(secret, key, nonce, EdwardsPoint.NEUTRAL, message);
        assertTrue(libsignal(serialized, message, honest));
        assertTrue(XEdDsa.of(serialized).verifies(message, honest));
        byte[] mixed = sign(secret, key, nonce, low, message);
        assertFalse(libsignal(serialized, message, mixed));
        assertFalse(XEdDsa.of(serialized).verifies(message, mixed));
      }
    }
  }

  /** libsignal takes those that come out even. */
  @Test
  void refusesKeysWithAPartOfLowOrder() {
    Random random = Seeded.random("refusesKeysWithAPartOfLowOrder");
    BigInteger secret = scalar(random);
    int takenByLibsignal = 0;
    for (EdwardsPoint low : EdwardsPoint.lowOrder()) {
      EdwardsPoint key = EdwardsPoint.BASE.times(secret).plus(low);
      byte[] serialized = serialized(EdwardsPoint.littleEndian(key.montgomeryU()));
      for (int i = 0; i < 16; i++) {
        byte[] message = Seeded.bytes(random, 33);
        byte[] signature = sign(secret, key, scalar(random), EdwardsPoint.NEUTRAL, message);
        takenByLibsignal += libsignal(serialized, message, signature) ? 1 : 0;
        assertFalse(XEdDsa.of(serialized).verifies(message, signature));
      }
    }
    assertTrue(takenByLibsignal > 0);
  }

  private static byte[] sign(
      BigInteger secret, EdwardsPoint key, BigInteger nonce, EdwardsPoint added, byte[] message) {
    byte[] r = EdwardsPoint.BASE.times(nonce).plus(added).encoded();
    byte[] hash = sha512(r, key.encoded(), message);
    BigInteger challenge = EdwardsPoint.fromLittleEndian(hash).mod(EdwardsPoint.L);
    BigInteger s = nonce.add(challenge.multiply(secret)).mod(EdwardsPoint.L);
    byte[] signature = Arrays.copyOf(r, 64);
    System.arraycopy(EdwardsPoint.littleEndian(s), 0, signature, 32, 32);
    signature[63] |= (byte) (key.sign() << 7);
    return signature;
  }

  private static byte[] sha512(byte[]... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-512");
      for (byte[] part : parts) {
        digest.update(part);
      }
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** R neutral and s 0: holds for a key of low order where the challenge happens to cancel it. */
  private static byte[] forLowOrderKey() {
    byte[] signature = new byte[64];
    signature[0] = 1;
    return signature;
  }

  private static BigInteger scalar(Random random) {
    return new BigInteger(252, random);
  }

  private static byte[] serialized(byte[] montgomeryU) {
    byte[] key = new byte[33];
    key[0] = 5;
    System.arraycopy(montgomeryU, 0, key, 1, 32);
    return key;
  }

  private static void flipBit(Random random, byte[] bytes, int from, int to) {
    int bit = random.nextInt(from, to);
    bytes[bit / 8] ^= (byte) (1 << bit % 8);
  }

  private static boolean libsignal(byte[] key, byte[] message, byte[] signature) {
    try {
      return new ECPublicKey(key).verifySignature(message, signature);
    } catch (InvalidKeyException e) {
      return false;
    }
  }
}
