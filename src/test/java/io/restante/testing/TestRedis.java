package io.restante.testing;

import io.restante.redis.RedisConfig.Mode;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Redis as a test finds it, in one of the modes in which a gateway can use it.
 *
 * @param urls what {@code redis.urls} is for it
 * @param primaries all that are primaries
 * @param primaryOf the primary that has a key
 */
record TestRedis(
    Mode mode,
    Runnable start,
    Runnable end,
    Supplier<String> urls,
    Supplier<List<RedisProcess>> primaries,
    Function<String, RedisProcess> primaryOf)
    implements AutoCloseable {
  /** System property: {@code standalone} (the default), {@code sentinel} or {@code cluster}. */
  static final String MODE = "restante.test.redis.mode";

  /** The mode of this run. */
  static Mode modeOfThisRun() {
    return Mode.parse(System.getProperty(MODE, Mode.STANDALONE.name().toLowerCase(Locale.ROOT)));
  }

  /** One in the mode of this run, not started. */
  static TestRedis ofThisRun() {
    return switch (modeOfThisRun()) {
      case SENTINEL -> of(new RedisSentinels());
      case CLUSTER -> of(new RedisCluster());
      default -> of(new RedisProcess());
    };
  }

  static TestRedis of(RedisProcess one) {
    return new TestRedis(
        Mode.STANDALONE, one::start, one::close, one::url, () -> List.of(one), key -> one);
  }

  static TestRedis of(RedisSentinels sentinels) {
    return new TestRedis(
        Mode.SENTINEL,
        sentinels::start,
        sentinels::close,
        sentinels::urls,
        () -> List.of(sentinels.primary()),
        key -> sentinels.primary());
  }

  static TestRedis of(RedisCluster cluster) {
    return new TestRedis(
        Mode.CLUSTER,
        cluster::start,
        cluster::close,
        cluster::urls,
        () -> cluster.nodes().stream().filter(cluster::isPrimary).toList(),
        cluster::primaryOf);
  }

  TestRedis started() {
    start.run();
    return this;
  }

  @Override
  public void close() {
    end.run();
  }
}
