package io.restante.push.apns;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.X509KeyManager;

/** A client certificate with its key: a pair that belongs together. */
final class ClientCertificate {
  private static final List<String> KEY_TYPES = List.of("RSA", "EC");
  private static final byte[] SAMPLE = {1, 2, 3, 4};

  private ClientCertificate() {}

  /**
   * Reads the text of two files.
   *
   * @throws GeneralSecurityException where they are no certificate with its key
   */
  static KeyCertOptions of(Vertx vertx, Buffer certificate, Buffer key)
      throws GeneralSecurityException {
    X509KeyManager pair =
        keyManager(vertx, new PemKeyCertOptions().addCertValue(certificate).addKeyValue(key));
    String alias =
        KEY_TYPES.stream()
            .flatMap(type -> Stream.ofNullable(pair.getClientAliases(type, null)))
            .flatMap(Arrays::stream)
            .findFirst()
            .orElseThrow(() -> new GeneralSecurityException("no key of RSA or EC"));
    PublicKey certified = pair.getCertificateChain(alias)[0].getPublicKey();
    if (!isPair(pair.getPrivateKey(alias), certified)) {
      throw new GeneralSecurityException("the key of another certificate");
    }
    return KeyCertOptions.wrap(pair);
  }

  private static X509KeyManager keyManager(Vertx vertx, PemKeyCertOptions pem)
      throws GeneralSecurityException {
    try {
      return (X509KeyManager) pem.getKeyManagerFactory(vertx).getKeyManagers()[0];
    } catch (Exception e) {
      // The library throws any, and its message may repeat what it could not read.
      throw new GeneralSecurityException("no PEM of a certificate and a key");
    }
  }

  private static boolean isPair(PrivateKey secret, PublicKey certified)
      throws GeneralSecurityException {
    if (!secret.getAlgorithm().equals(certified.getAlgorithm())) {
      return false;
    }
    Signature signature =
        Signature.getInstance(
            secret.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA");
    signature.initSign(secret);
    signature.update(SAMPLE);
    byte[] signed = signature.sign();
    signature.initVerify(certified);
    signature.update(SAMPLE);
    return signature.verify(signed);
  }
}
