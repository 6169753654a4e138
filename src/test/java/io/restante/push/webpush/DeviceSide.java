package io.restante.push.webpush;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** What a browser does with a message that arrives (RFC 8291), by the JDK alone. */
final class DeviceSide {
  private static final String MAC = "HmacSHA256";

  private DeviceSide() {}

  /** Opens a message. */
  static byte[] open(byte[] message, BigInteger secret, byte[] auth) {
    try {
      byte[] salt = Arrays.copyOf(message, 16);
      byte[] sender = Arrays.copyOfRange(message, 21, 86);
      KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
      agreement.init(
          KeyFactory.getInstance("EC").generatePrivate(new ECPrivateKeySpec(secret, curve())));
      agreement.doPhase(publicKey(sender), true);
      byte[] info = concat("WebPush: info\0".getBytes(US_ASCII), P256.publicKey(secret), sender);
      byte[] input = hkdf(auth, agreement.generateSecret(), info, 32);
      byte[] key = hkdf(salt, input, "Content-Encoding: aes128gcm\0".getBytes(US_ASCII), 16);
      byte[] nonce = hkdf(salt, input, "Content-Encoding: nonce\0".getBytes(US_ASCII), 12);
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(
          Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
      byte[] padded = cipher.doFinal(message, 86, message.length - 86);
      if (padded[padded.length - 1] != 2) {
        throw new IllegalStateException("not the last record");
      }
      return Arrays.copyOf(padded, padded.length - 1);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The key of a point. */
  static ECPublicKey publicKey(byte[] point) throws GeneralSecurityException {
    ECPoint w =
        new ECPoint(
            new BigInteger(1, Arrays.copyOfRange(point, 1, 33)),
            new BigInteger(1, Arrays.copyOfRange(point, 33, 65)));
    return (ECPublicKey)
        KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(w, curve()));
  }

  private static ECParameterSpec curve() throws GeneralSecurityException {
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec("secp256r1"));
    return parameters.getParameterSpec(ECParameterSpec.class);
  }

  private static byte[] hkdf(byte[] salt, byte[] input, byte[] info, int bytes)
      throws GeneralSecurityException {
    byte[] extracted = hmac(salt, input);
    return Arrays.copyOf(hmac(extracted, concat(info, new byte[] {1}, new byte[0])), bytes);
  }

  private static byte[] hmac(byte[] key, byte[] data) throws GeneralSecurityException {
    Mac mac = Mac.getInstance(MAC);
    mac.init(new SecretKeySpec(key, MAC));
    return mac.doFinal(data);
  }

  private static byte[] concat(byte[] a, byte[] b, byte[] c) {
    byte[] all = Arrays.copyOf(a, a.length + b.length + c.length);
    System.arraycopy(b, 0, all, a.length, b.length);
    System.arraycopy(c, 0, all, a.length + b.length, c.length);
    return all;
  }
}
