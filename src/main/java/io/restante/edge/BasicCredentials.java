package io.restante.edge;

import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.restante.protocol.Handle;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Name and password of an {@code Authorization: Basic} header (RFC 7617). */
public record BasicCredentials(String name, String password) {
  private static final String SCHEME = "Basic ";

  /** Reads the header; empty where it is absent or not of that form. */
  public static Optional<BasicCredentials> parse(@Nullable String header) {
    if (header == null || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return Optional.empty();
    }
    try {
      byte[] bytes = Base64.getDecoder().decode(header.substring(SCHEME.length()).strip());
      String pair = new String(bytes, StandardCharsets.UTF_8);
      int colon = pair.indexOf(':');
      return colon <= 0
          ? Optional.empty()
          : Optional.of(new BasicCredentials(pair.substring(0, colon), pair.substring(colon + 1)));
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }

  /**
   * The name, where it has to be a handle.
   *
   * @throws GatewayException {@link ErrorCode#MALFORMED_HEADER} where it is none
   */
  public Handle handle() {
    try {
      return new Handle(name);
    } catch (GatewayException notOne) {
      throw new GatewayException(
          ErrorCode.MALFORMED_HEADER,
          "Authorization: a name of "
              + name.length()
              + " characters (expected: the handle, "
              + Handle.EXPECTED
              + ")");
    }
  }

  /** Hides both. */
  @Override
  public String toString() {
    return "BasicCredentials";
  }
}
