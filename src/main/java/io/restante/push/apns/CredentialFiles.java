package io.restante.push.apns;

import io.restante.push.ReloadedFile;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Credentials of files that may change while they are used. Files that cannot be used leave the
 * credentials as they are. All but {@link #current} blocks: for worker threads only.
 */
final class CredentialFiles {
  private static final Logger LOG = LoggerFactory.getLogger(CredentialFiles.class);

  private final Vertx vertx;
  private final ApnsConfig config;
  private final InstantSource clock;
  private List<Buffer> used;

  /** What the files had when they were last looked at, so that each fault is told once. */
  private List<Buffer> seen;

  private @Nullable ProviderKey key;
  private volatile Credentials current;

  /**
   * Reads them for the first time.
   *
   * @throws IllegalArgumentException that names the files, where they cannot be used
   */
  CredentialFiles(Vertx vertx, ApnsConfig config, InstantSource clock) {
    this.vertx = vertx;
    this.config = config;
    this.clock = clock;
    try {
      used = read();
      seen = used;
      key = key(used);
      current = credentials(1, used, key);
    } catch (UnusableException e) {
      throw new IllegalArgumentException(e.getMessage());
    }
  }

  /** What to use now, from any thread. */
  Credentials current() {
    return current;
  }

  /** Looks whether files have changed, and replaces a token that is old. */
  synchronized void check() {
    reread();
    ProviderToken token = current.token();
    if (token != null && token.isOld(clock.millis())) {
      sign();
    }
  }

  /**
   * Whether there is another token than this one, which Apple does not take: what others use by
   * now, one of a file that has changed since, or a new one if the old one may be replaced.
   */
  synchronized boolean replace(ProviderToken refused) {
    reread();
    if (refused.equals(current.token()) && refused.isReplaceable(clock.millis())) {
      sign();
    }
    return !refused.equals(current.token());
  }

  private void sign() {
    if (key != null) {
      current = current.with(key.sign(clock.instant()));
    }
  }

  private void reread() {
    List<Buffer> now;
    try {
      now = read();
    } catch (UnusableException e) {
      if (!seen.isEmpty()) {
        seen = List.of();
        tell(e);
      }
      return;
    }
    boolean changed = !now.equals(seen);
    seen = now;
    if (changed && !now.equals(used)) {
      use(now);
    }
  }

  private void use(List<Buffer> now) {
    try {
      ProviderKey changed = key(now);
      current = credentials(current.generation() + 1, now, changed);
      key = changed;
      used = now;
      LOG.info("new credentials for APNs are in use");
    } catch (UnusableException e) {
      tell(e);
    }
  }

  private static void tell(UnusableException fault) {
    LOG.warn("{}; the former stay in use", fault.getMessage());
  }

  private Credentials credentials(int generation, List<Buffer> contents, @Nullable ProviderKey made)
      throws UnusableException {
    Buffer ca = config.ca() == null ? null : authorities(contents.get(contents.size() - 1));
    return made == null
        ? new Credentials(generation, ca, certificate(contents), null)
        : new Credentials(generation, ca, null, made.sign(clock.instant()));
  }

  private Buffer authorities(Buffer pem) throws UnusableException {
    try {
      new PemTrustOptions().addCertValue(pem).getTrustManagerFactory(vertx);
      return pem;
    } catch (Exception e) {
      throw new UnusableException(expectationOfCa());
    }
  }

  private KeyCertOptions certificate(List<Buffer> contents) throws UnusableException {
    try {
      return ClientCertificate.of(vertx, contents.get(0), contents.get(1));
    } catch (GeneralSecurityException | RuntimeException e) {
      throw new UnusableException(expectation());
    }
  }

  private @Nullable ProviderKey key(List<Buffer> contents) throws UnusableException {
    if (!(config.authentication() instanceof ApnsConfig.Token token)) {
      return null;
    }
    try {
      return ProviderKey.of(contents.get(0).toString(StandardCharsets.US_ASCII), token);
    } catch (GeneralSecurityException | RuntimeException e) {
      throw new UnusableException(expectation());
    }
  }

  private List<Buffer> read() throws UnusableException {
    List<Buffer> contents = new ArrayList<>();
    for (Path file : config.files()) {
      try {
        contents.add(Buffer.buffer(ReloadedFile.content(file)));
      } catch (IOException e) {
        throw new UnusableException(file.equals(config.ca()) ? expectationOfCa() : expectation());
      }
    }
    return contents;
  }

  private String expectationOfCa() {
    return "push.apns.ca: " + config.ca() + " (expected: a PEM file of certificates)";
  }

  private String expectation() {
    if (config.authentication() instanceof ApnsConfig.Certificate pair) {
      return "push.apns.cert, push.apns.cert-key: "
          + pair.certificate()
          + ", "
          + pair.key()
          + " (expected: PEM files of a certificate and of its private key)";
    }
    return "push.apns.key: "
        + config.authentication().files().get(0)
        + " (expected: a .p8 file of Apple, a P-256 key in PEM of PKCS #8)";
  }

  /** What is wrong with files. Has no cause: its message may repeat what could not be read. */
  private static final class UnusableException extends Exception {
    private static final long serialVersionUID = 1L;

    UnusableException(String expectation) {
      super(expectation);
    }
  }
}
