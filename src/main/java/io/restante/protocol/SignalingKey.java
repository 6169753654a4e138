package io.restante.protocol;

import io.vertx.core.buffer.Buffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key under which a device of generation A gets its envelopes: 32 bytes for the cipher, then 20
 * for the MAC. What it seals is {@code 0x01, IV(16), AES-256-CBC with PKCS#7 padding, MAC(10)}; the
 * MAC is the beginning of an HMAC-SHA-256 over all that stands before it.
 *
 * <p>Source: the contract, "WebSocket"; textsecure-java 1.8.3 opens it in TextSecureEnvelope.
 */
public final class SignalingKey {
  /** Bytes of a key. */
  public static final int BYTES = 52;

  private static final byte VERSION = 1;
  private static final int CIPHER_KEY_BYTES = 32;
  private static final int IV_BYTES = 16;
  private static final int MAC_BYTES = 10;
  private static final String MAC = "HmacSHA256";
  private static final SecureRandom RANDOM = new SecureRandom();

  private final byte[] bytes;

  /**
   * A key as the device told it.
   *
   * @param bytes {@link #BYTES} of them
   */
  public SignalingKey(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException(
          "signaling key: " + bytes.length + " bytes (expected: " + BYTES + ")");
    }
    this.bytes = bytes.clone();
  }

  /** The key's own bytes, to be stored. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** Seals an envelope under a fresh IV; the result has 28 to 43 bytes more. */
  public Buffer seal(Buffer envelope) {
    byte[] iv = new byte[IV_BYTES];
    RANDOM.nextBytes(iv);
    try {
      Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
      cipher.init(
          Cipher.ENCRYPT_MODE,
          new SecretKeySpec(bytes, 0, CIPHER_KEY_BYTES, "AES"),
          new IvParameterSpec(iv));
      Buffer sealed =
          Buffer.buffer()
              .appendByte(VERSION)
              .appendBytes(iv)
              .appendBytes(cipher.doFinal(envelope.getBytes()));
      Mac mac = Mac.getInstance(MAC);
      mac.init(new SecretKeySpec(bytes, CIPHER_KEY_BYTES, BYTES - CIPHER_KEY_BYTES, MAC));
      return sealed.appendBytes(mac.doFinal(sealed.getBytes()), 0, MAC_BYTES);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a JDK without AES or " + MAC, e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SignalingKey that && MessageDigest.isEqual(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** Hides the key. */
  @Override
  public String toString() {
    return "SignalingKey";
  }
}
