package io.restante.push.apns;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.KeyCertOptions;
import org.jspecify.annotations.Nullable;

/**
 * As whom requests go out now.
 *
 * @param generation counts the times that files changed: Apple takes no two keys on one connection,
 *     so each has connections of its own
 * @param ca PEM of the authorities to trust, null for the JDK's
 * @param certificate of the connections, null where tokens show who we are
 * @param token for each request, null where a certificate does
 */
record Credentials(
    int generation,
    @Nullable Buffer ca,
    @Nullable KeyCertOptions certificate,
    @Nullable ProviderToken token) {
  /** The same with another token. */
  Credentials with(ProviderToken another) {
    return new Credentials(generation, ca, certificate, another);
  }

  /** Hides all. */
  @Override
  public String toString() {
    return "Credentials[generation=" + generation + "]";
  }
}
