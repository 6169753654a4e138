package io.restante.prekey;

import io.restante.protocol.GatewayException;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * An owner's name for a pool: {@code [a-z0-9][a-z0-9-]{0,31}}, and none of the Signal protocol's.
 */
public record PoolName(String text) {
  private static final Pattern SHAPE = Pattern.compile("[a-z0-9][a-z0-9-]{0,31}");
  private static final Set<String> RESERVED = Set.of(Pool.EC.name(), Pool.KEM.name());

  /** Checks it. */
  public PoolName {
    if (!SHAPE.matcher(text).matches() || RESERVED.contains(text)) {
      throw GatewayException.invalidField(
          "name",
          "of " + text.length() + " characters",
          "1 to 32 of a-z, 0-9 and -, not - at first, neither ec nor kem");
    }
  }
}
