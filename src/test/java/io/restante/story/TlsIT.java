package io.restante.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.restante.testing.GatewayExtension;
import io.restante.testing.TlsFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Objects;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The public port over TLS, from PEM files made for this run. */
class TlsIT {
  private static final TlsFiles FILES = TlsFiles.make(folder());

  @RegisterExtension
  static final GatewayExtension gateway =
      new GatewayExtension()
          .with("http.tls.cert", FILES.certificate().toString())
          .with("http.tls.key", FILES.key().toString());

  private static Path folder() {
    try {
      return Files.createTempDirectory("tls");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterAll
  static void clean() throws IOException {
    Path folder = Objects.requireNonNull(FILES.ca().getParent());
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  private static HttpResponse<String> get(HttpClient.Version version, String... protocols)
      throws Exception {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    try (InputStream ca = Files.newInputStream(FILES.ca())) {
      trusted.setCertificateEntry(
          "ca", CertificateFactory.getInstance("X.509").generateCertificate(ca));
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    SSLParameters parameters = new SSLParameters();
    parameters.setProtocols(protocols);
    HttpClient client =
        HttpClient.newBuilder().sslContext(context).sslParameters(parameters).build();
    URI keepalive = URI.create(gateway.publicUrl() + "/v1/keepalive");
    return client.send(
        HttpRequest.newBuilder(keepalive).version(version).build(), BodyHandlers.ofString());
  }

  @ParameterizedTest
  @CsvSource({"HTTP_1_1,TLSv1.2", "HTTP_1_1,TLSv1.3", "HTTP_2,TLSv1.2", "HTTP_2,TLSv1.3"})
  void servesBothVersionsOfHttpOverBothOfTls(HttpClient.Version version, String protocol)
      throws Exception {
    HttpResponse<String> answer = get(version, protocol);
    assertEquals(200, answer.statusCode());
    assertEquals(version, answer.version());
    assertEquals(protocol, answer.sslSession().orElseThrow().getProtocol());
  }

  @Test
  void olderTlsIsRefused() {
    assertThrows(SSLException.class, () -> get(HttpClient.Version.HTTP_1_1, "TLSv1.1"));
  }
}
