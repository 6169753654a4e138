package io.restante.redis;

/**
 * What is expected of a primary's replicas.
 *
 * @param replicas how many must have a write with durability {@code replicas}; {@link #ALL}: as
 *     many as the primary was ever seen with by this connection, at least 1
 * @param timeoutMs how long they may take
 * @param lossSkip how many entries each list loses from which entries were popped that a new
 *     primary may not know of; 0 for none
 */
public record ReplicationConfig(int replicas, int timeoutMs, int lossSkip) {
  /** Every replica that the primary has. */
  public static final int ALL = 0;

  /** Default of {@code redis.replicas-timeout-ms}. */
  public static final int TIMEOUT_MS = 1_000;

  /** Default of {@code redis.loss-skip}. */
  public static final int LOSS_SKIP = 10;

  /** All at their defaults. */
  public static final ReplicationConfig DEFAULT = new ReplicationConfig(ALL, TIMEOUT_MS, LOSS_SKIP);

  /** Checks every number. */
  public ReplicationConfig {
    RedisConfig.range("redis.replicas", replicas, ALL, 16);
    RedisConfig.range("redis.replicas-timeout-ms", timeoutMs, 10, 60_000);
    RedisConfig.range("redis.loss-skip", lossSkip, 0, 10_000);
  }
}
