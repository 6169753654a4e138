package io.restante.protocol;

import java.security.SecureRandom;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * A key of the server's own that signs so that {@link XEdDsa} verifies: an Ed25519 key (RFC 8032),
 * whose public key is told in Montgomery form and whose sign travels in the top bit of each
 * signature's last byte.
 */
public final class SigningKey {
  /** Bytes of the secret. */
  public static final int SECRET_BYTES = Ed25519.SECRET_KEY_SIZE;

  private static final int SIGN_BIT = 0x80;

  private final byte[] secret;
  private final byte[] edwards = new byte[Ed25519.PUBLIC_KEY_SIZE];

  private SigningKey(byte[] secret) {
    this.secret = secret;
    Ed25519.generatePublicKey(secret, 0, edwards, 0);
  }

  /** A new key. */
  public static SigningKey generate(SecureRandom random) {
    byte[] secret = new byte[SECRET_BYTES];
    random.nextBytes(secret);
    return new SigningKey(secret);
  }

  /**
   * The key of a secret.
   *
   * @throws IllegalArgumentException for another size than 32 bytes
   */
  public static SigningKey of(byte[] secret) {
    if (secret.length != SECRET_BYTES) {
      throw new IllegalArgumentException(
          "secret: " + secret.length + " bytes (expected: " + SECRET_BYTES + ")");
    }
    return new SigningKey(secret.clone());
  }

  /** The secret, to be kept in a file that only the gateway reads. */
  public byte[] secret() {
    return secret.clone();
  }

  /** The public key, serialized: 33 bytes, the first 0x05. */
  public byte[] publicKey() {
    byte[] montgomeryU = CurveMap.montgomeryU(edwards);
    byte[] serialized = new byte[KeyShapes.EC_KEY_BYTES];
    serialized[0] = KeyShapes.EC_TYPE;
    System.arraycopy(montgomeryU, 0, serialized, 1, montgomeryU.length);
    return serialized;
  }

  /** Signs; 64 bytes. */
  public byte[] sign(byte[] message) {
    byte[] signature = new byte[XEdDsa.SIGNATURE_BYTES];
    Ed25519.sign(secret, 0, message, 0, message.length, signature, 0);
    signature[signature.length - 1] |= (byte) (edwards[edwards.length - 1] & SIGN_BIT);
    return signature;
  }

  /** Hides the secret. */
  @Override
  public String toString() {
    return "SigningKey";
  }
}
