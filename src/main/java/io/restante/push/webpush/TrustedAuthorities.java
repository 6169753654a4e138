package io.restante.push.webpush;

import io.vertx.core.net.TrustOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Whom push servers' certificates may be from: the JDK's authorities, and the operator's own. */
final class TrustedAuthorities {
  private TrustedAuthorities() {}

  /**
   * All of them.
   *
   * @param ca PEM file
   * @throws IllegalArgumentException that names the file, where it has no certificate
   */
  static TrustOptions withOwn(Path ca) {
    try (InputStream in = Files.newInputStream(ca)) {
      List<Certificate> all = new ArrayList<>(ofTheJdk());
      Collection<? extends Certificate> own =
          CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (own.isEmpty()) {
        throw notOne(ca, null);
      }
      all.addAll(own);
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (int i = 0; i < all.size(); i++) {
        store.setCertificateEntry("authority" + i, all.get(i));
      }
      return TrustOptions.wrap(factory(store));
    } catch (IOException | GeneralSecurityException e) {
      throw notOne(ca, e);
    }
  }

  private static List<X509Certificate> ofTheJdk() throws GeneralSecurityException {
    for (TrustManager trust : factory(null).getTrustManagers()) {
      if (trust instanceof X509TrustManager x509) {
        return List.of(x509.getAcceptedIssuers());
      }
    }
    throw new IllegalStateException("a JDK without authorities");
  }

  private static TrustManagerFactory factory(@Nullable KeyStore store)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory;
  }

  private static IllegalArgumentException notOne(Path ca, @Nullable Exception cause) {
    return new IllegalArgumentException(
        "push.webpush.ca: " + ca + " (expected: certificates, PEM)", cause);
  }
}
