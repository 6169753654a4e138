package io.restante.push.webpush;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.params.HKDFParameters;

/**
 * Seals what a push carries so that only its subscription reads it (RFC 8291), as one record of
 * {@code aes128gcm} (RFC 8188): salt (16), record size (4), length of the key (1), a public key of
 * this message's own (65), ciphertext, tag (16). No padding: who sees the length of this sees that
 * of the envelope's ciphertext, which its sender has padded as it sees fit.
 */
final class MessageEncryption {
  /** Bytes of a message that every push server takes (RFC 8030, section 7.2). */
  static final int MESSAGE_BYTES_MAX = 4096;

  /** Bytes of salt. */
  static final int SALT_BYTES = 16;

  private static final int HEADER_BYTES = SALT_BYTES + Integer.BYTES + 1 + P256.POINT_BYTES;
  private static final int TAG_BYTES = 16;
  private static final byte LAST_RECORD = 2;

  /** Bytes that fit: 3993. */
  static final int CONTENT_BYTES_MAX = MESSAGE_BYTES_MAX - HEADER_BYTES - 1 - TAG_BYTES;

  private static final int INPUT_KEY_BYTES = 32;
  private static final int KEY_BYTES = 16;
  private static final int NONCE_BYTES = 12;
  private static final byte[] INFO = "WebPush: info\0".getBytes(US_ASCII);
  private static final byte[] KEY_INFO = "Content-Encoding: aes128gcm\0".getBytes(US_ASCII);
  private static final byte[] NONCE_INFO = "Content-Encoding: nonce\0".getBytes(US_ASCII);

  private MessageEncryption() {}

  /**
   * Seals a message, under a key of its own.
   *
   * @param content at most {@link #CONTENT_BYTES_MAX} bytes
   */
  static byte[] seal(byte[] content, WebPushSubscription to, SecureRandom random) {
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    return seal(content, to, P256.newSecret(random), salt);
  }

  /** The same under this private key and salt: neither may be used again. */
  static byte[] seal(byte[] content, WebPushSubscription to, BigInteger secret, byte[] salt) {
    if (content.length > CONTENT_BYTES_MAX) {
      throw new IllegalArgumentException(
          "content: " + content.length + " bytes (expected: at most " + CONTENT_BYTES_MAX + ")");
    }
    byte[] own = P256.publicKey(secret);
    byte[] shared = P256.shared(secret, to.p256dh());
    byte[] info =
        ByteBuffer.allocate(INFO.length + 2 * P256.POINT_BYTES)
            .put(INFO)
            .put(to.p256dh())
            .put(own)
            .array();
    byte[] input = derive(to.auth(), shared, info, INPUT_KEY_BYTES);
    byte[] key = derive(salt, input, KEY_INFO, KEY_BYTES);
    byte[] nonce = derive(salt, input, NONCE_INFO, NONCE_BYTES);
    return ByteBuffer.allocate(HEADER_BYTES + content.length + 1 + TAG_BYTES)
        .put(salt)
        .putInt(MESSAGE_BYTES_MAX)
        .put((byte) own.length)
        .put(own)
        .put(encrypt(content, key, nonce))
        .array();
  }

  /** HKDF with SHA-256 (RFC 5869). */
  private static byte[] derive(byte[] salt, byte[] input, byte[] info, int bytes) {
    HKDFBytesGenerator hkdf = new HKDFBytesGenerator(new SHA256Digest());
    hkdf.init(new HKDFParameters(input, salt, info));
    byte[] derived = new byte[bytes];
    hkdf.generateBytes(derived, 0, bytes);
    return derived;
  }

  private static byte[] encrypt(byte[] content, byte[] key, byte[] nonce) {
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(
          Cipher.ENCRYPT_MODE,
          new SecretKeySpec(key, "AES"),
          new GCMParameterSpec(TAG_BYTES * 8, nonce));
      byte[] padded = new byte[content.length + 1];
      System.arraycopy(content, 0, padded, 0, content.length);
      padded[content.length] = LAST_RECORD;
      return cipher.doFinal(padded);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a JDK without AES-GCM", e);
    }
  }
}
