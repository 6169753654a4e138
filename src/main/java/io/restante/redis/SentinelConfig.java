package io.restante.redis;

import org.jspecify.annotations.Nullable;

/**
 * How the Sentinels are asked.
 *
 * @param master the name by which they know the primary
 * @param password of the Sentinels themselves, null for none; never printed
 */
public record SentinelConfig(String master, @Nullable String password) {
  /** Default of {@code redis.sentinel.master}. */
  public static final String MASTER = "mymaster";

  /** Sentinels without a password, and the name that most examples use. */
  public static final SentinelConfig DEFAULT = new SentinelConfig(MASTER, null);

  @Override
  public String toString() {
    return "SentinelConfig[" + master + "]";
  }
}
