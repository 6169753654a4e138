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

  /** Whoever stands still for less is not taken for dead. */
  private static final int STILL_MAX_MS = 60_000;

  /** The mode of this run. */
  static Mode modeOfThisRun() {
    return Mode.parse(System.getProperty(MODE, Mode.STANDALONE.name().toLowerCase(Locale.ROOT)));
  }

  /**
   * One in the mode of this run, not started. Nothing in it fails over: a machine that stands still
   * for a second would otherwise have another primary, without the last writes.
   */
  static TestRedis ofThisRun() {
    return switch (modeOfThisRun()) {
      case SENTINEL -> {
        RedisSentinels sentinels = new RedisSentinels();
        yield of(sentinels).startedBy(() -> sentinels.start().patient(STILL_MAX_MS));
      }
      case CLUSTER -> {
        RedisCluster cluster = new RedisCluster();
        yield of(cluster).startedBy(() -> cluster.start().patient(STILL_MAX_MS));
      }
      default -> of(new RedisProcess());
    };
  }

  private TestRedis startedBy(Runnable start) {
    return new TestRedis(mode, start, end, urls, primaries, primaryOf);
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
