package io.restante.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A CA of this run and a server's certificate under it for 127.0.0.1 and localhost, made by the
 * JDK's keytool.
 *
 * @param ca the CA's certificate, PEM
 * @param certificate the server's certificate, PEM
 * @param key the server's private key, PEM of PKCS #8
 */
public record TlsFiles(Path ca, Path certificate, Path key) {
  private static final String PASSWORD = "of this run";
  private static final String STORE = "tls.p12";
  private static final String CA = "ca";
  private static final String SERVER = "server";

  /**
   * Makes all of them in a folder.
   *
   * @param names that the server has as well
   */
  public static TlsFiles make(Path folder, String... names) {
    StringBuilder san = new StringBuilder("san=ip:127.0.0.1,ip:0:0:0:0:0:0:0:1,dns:localhost");
    for (String name : names) {
      san.append(",dns:").append(name);
    }
    Path store = folder.resolve(STORE);
    TlsFiles files =
        new TlsFiles(
            folder.resolve("ca.pem"), folder.resolve("server.pem"), folder.resolve("server.key"));
    try {
      generate(store, CA, "CN=ca", "-ext", "bc:c=ca:true", "-ext", "ku:c=keyCertSign");
      generate(store, SERVER, "CN=server", "-signer", CA, "-ext", san.toString());
      write(files.ca, "CERTIFICATE", load(store).getCertificate(CA).getEncoded());
      files.write(store, SERVER);
      return files;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("no certificates", e);
    }
  }

  /**
   * Makes a certificate of a client under the same CA.
   *
   * @param name of its files, in small letters
   * @param subject such as {@code UID=app}
   */
  public TlsFiles client(String name, String subject) {
    Path store = ca.resolveSibling(STORE);
    TlsFiles files =
        new TlsFiles(ca, ca.resolveSibling(name + ".pem"), ca.resolveSibling(name + ".key"));
    try {
      generate(store, name, subject, "-signer", CA, "-ext", "eku=clientAuth");
      files.write(store, name);
      return files;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("no certificate", e);
    }
  }

  private void write(Path store, String alias) throws IOException, GeneralSecurityException {
    KeyStore keys = load(store);
    write(certificate, "CERTIFICATE", keys.getCertificate(alias).getEncoded());
    write(key, "PRIVATE KEY", keys.getKey(alias, PASSWORD.toCharArray()).getEncoded());
  }

  private static KeyStore load(Path store) throws IOException, GeneralSecurityException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    return keys;
  }

  private static void generate(Path store, String alias, String subject, String... more)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of("-genkeypair", "-keystore", store.toString(), "-storepass", PASSWORD));
    command.addAll(List.of("-alias", alias, "-dname", subject));
    // From yesterday on, wherever the machine's clock is put meanwhile.
    command.addAll(List.of("-startdate", "-1d", "-validity", "3"));
    command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1"));
    command.addAll(List.of(more));
    try {
      int status = new ProcessBuilder(command).inheritIO().start().waitFor();
      if (status != 0) {
        throw new IllegalStateException("keytool ended with " + status);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static void write(Path file, String what, byte[] der) throws IOException {
    String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    String pem = "-----BEGIN " + what + "-----\n" + lines + "\n-----END " + what + "-----\n";
    Files.write(file, pem.getBytes(US_ASCII));
  }
}
