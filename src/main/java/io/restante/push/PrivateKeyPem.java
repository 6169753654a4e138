package io.restante.push;

import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A private key as text: PKCS #8 in PEM (RFC 7468, section 10). */
public final class PrivateKeyPem {
  private static final Pattern BLOCK =
      Pattern.compile(
          "\\s*-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----\\s*");

  private PrivateKeyPem() {}

  /**
   * The key's DER out of a text that may have more in it, empty where there is none.
   *
   * @throws IllegalArgumentException where it is no base64; its message may repeat some of it
   */
  public static Optional<byte[]> in(String text) {
    Matcher block = BLOCK.matcher(text);
    return block.find() ? Optional.of(der(block)) : Optional.empty();
  }

  /** The same of a text that has nothing else in it, but for white space around it. */
  public static Optional<byte[]> only(String text) {
    Matcher block = BLOCK.matcher(text);
    return block.matches() ? Optional.of(der(block)) : Optional.empty();
  }

  private static byte[] der(Matcher block) {
    return Base64.getMimeDecoder().decode(block.group(1));
  }
}
