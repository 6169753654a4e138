package io.restante.redis;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How to reach Redis and what it must promise.
 *
 * @param urls empty for {@code EMBEDDED} (its address is known once it runs), one for {@code
 *     STANDALONE}, the Sentinels for {@code SENTINEL}, some nodes for {@code CLUSTER}; all with the
 *     same login, which is that of Redis
 * @param tlsCa PEM file of the authorities to trust for {@code rediss://}, null for the JDK's
 * @param dataDir where the embedded Redis keeps its data
 * @param durability what a primary must promise; empty is {@code none}
 * @param timeoutMs after which a command without an answer has failed
 * @param inFlightMax commands of one connection that may wait for their answer
 * @param inFlightBytesMax bytes of one connection's commands that may wait for their answer
 * @param reconnectMinMs the first pause before a new attempt; it doubles, with jitter
 * @param reconnectMaxMs the longest pause before a new attempt
 * @param startTimeoutMs after which an unreachable Redis fails the start
 * @param replication what is expected of replicas
 * @param sentinel how Sentinels are asked, with {@code SENTINEL}
 * @param primariesMax nodes of a {@code CLUSTER} to which an event loop holds a connection
 */
public record RedisConfig(
    Mode mode,
    List<RedisUrl> urls,
    @Nullable Path tlsCa,
    Path dataDir,
    Set<Durability> durability,
    int timeoutMs,
    int inFlightMax,
    long inFlightBytesMax,
    int reconnectMinMs,
    int reconnectMaxMs,
    int startTimeoutMs,
    ReplicationConfig replication,
    SentinelConfig sentinel,
    int primariesMax) {

  /** How Redis is run. */
  public enum Mode {
    /** A child process of the gateway. */
    EMBEDDED,
    /** One Redis by URL. */
    STANDALONE,
    /** A primary that Sentinels name. */
    SENTINEL,
    /** A Redis Cluster. */
    CLUSTER;

    /** Reads {@code redis.mode}. */
    public static Mode parse(String text) {
      return constant(Mode.class, "redis.mode", text);
    }
  }

  /** What an answered write has survived. */
  public enum Durability {
    /** It is on the disk of the primary. */
    FSYNC,
    /** Replicas have it. */
    REPLICAS;

    /** Reads {@code redis.durability}: {@code none}, or names separated by commas. */
    public static Set<Durability> parse(String text) {
      if (text.trim().equals("none")) {
        return Set.of();
      }
      Set<Durability> named = EnumSet.noneOf(Durability.class);
      for (String name : text.split(",", -1)) {
        named.add(constant(Durability.class, "redis.durability", name.trim()));
      }
      return named;
    }
  }

  /** Default of {@code redis.timeout-ms}. */
  public static final int TIMEOUT_MS = 2_000;

  /** Default of {@code redis.in-flight-max}. */
  public static final int IN_FLIGHT_MAX = 8_192;

  /** Default of {@code redis.in-flight-bytes-max}. */
  public static final long IN_FLIGHT_BYTES_MAX = 64L * 1024 * 1024;

  /** Default of {@code redis.reconnect-min-ms}. */
  public static final int RECONNECT_MIN_MS = 50;

  /** Default of {@code redis.reconnect-max-ms}. */
  public static final int RECONNECT_MAX_MS = 2_000;

  /** Default of {@code redis.start-timeout-ms}; a start that cannot work ends within 10 s. */
  public static final int START_TIMEOUT_MS = 5_000;

  /** Checks every number and that the mode has the URLs that it needs. */
  public RedisConfig {
    urls = List.copyOf(urls);
    durability = Set.copyOf(durability);
    if (durability.contains(Durability.REPLICAS) && mode == Mode.EMBEDDED) {
      throw new IllegalArgumentException(
          "redis.durability: replicas with redis.mode=embedded (expected: fsync or none)");
    }
    if (mode == Mode.STANDALONE && urls.size() != 1) {
      throw new IllegalArgumentException(
          "redis.urls: " + urls.size() + " with redis.mode=standalone (expected: 1)");
    }
    if (mode == Mode.EMBEDDED && urls.size() > 1) {
      throw new IllegalArgumentException(
          "redis.urls: " + urls.size() + " with redis.mode=embedded (expected: none)");
    }
    if ((mode == Mode.SENTINEL || mode == Mode.CLUSTER) && urls.isEmpty()) {
      throw new IllegalArgumentException(
          "redis.urls: none with redis.mode="
              + mode.name().toLowerCase(Locale.ROOT)
              + " (expected: 1 or more)");
    }
    if (urls.stream().map(url -> url.at("any", 1)).distinct().count() > 1) {
      throw new IllegalArgumentException(
          "redis.urls: they differ (expected: one scheme, login and database in all)");
    }
    if (mode == Mode.CLUSTER && urls.get(0).database() != 0) {
      throw new IllegalArgumentException(
          "redis.urls: database "
              + urls.get(0).database()
              + " with redis.mode=cluster (expected: 0, the only one it has)");
    }
    range("redis.primaries-max", primariesMax, 1, 1_000);
    range("redis.timeout-ms", timeoutMs, 50, 60_000);
    range("redis.in-flight-max", inFlightMax, 1, 1_000_000);
    range("redis.in-flight-bytes-max", inFlightBytesMax, 1_048_576, 1L << 40);
    range("redis.reconnect-min-ms", reconnectMinMs, 1, 60_000);
    range("redis.reconnect-max-ms", reconnectMaxMs, reconnectMinMs, 60_000);
    range("redis.start-timeout-ms", startTimeoutMs, 100, 60_000);
  }

  /** Default of {@code redis.primaries-max}. */
  public static final int PRIMARIES_MAX = 64;

  /** One Redis by URL, all limits at their defaults. */
  public static RedisConfig standalone(RedisUrl url, Set<Durability> durability) {
    return of(Mode.STANDALONE, List.of(url), durability);
  }

  /** Redis in this mode, all limits at their defaults. */
  public static RedisConfig of(Mode mode, List<RedisUrl> urls, Set<Durability> durability) {
    return new RedisConfig(
        mode,
        urls,
        null,
        Path.of("data"),
        durability,
        TIMEOUT_MS,
        IN_FLIGHT_MAX,
        IN_FLIGHT_BYTES_MAX,
        RECONNECT_MIN_MS,
        RECONNECT_MAX_MS,
        START_TIMEOUT_MS,
        ReplicationConfig.DEFAULT,
        SentinelConfig.DEFAULT,
        PRIMARIES_MAX);
  }

  /** The same with this address, for an embedded Redis that has been started. */
  public RedisConfig at(RedisUrl url) {
    return with(List.of(url), timeoutMs, inFlightMax, startTimeoutMs, replication);
  }

  /** The same with other limits of a connection. */
  public RedisConfig withLimits(int timeoutMs, int inFlightMax) {
    return with(urls, timeoutMs, inFlightMax, startTimeoutMs, replication);
  }

  /** The same with another time for a start. */
  public RedisConfig withStartTimeout(int startTimeoutMs) {
    return with(urls, timeoutMs, inFlightMax, startTimeoutMs, replication);
  }

  /** The same with other expectations of replicas. */
  public RedisConfig with(ReplicationConfig other) {
    return with(urls, timeoutMs, inFlightMax, startTimeoutMs, other);
  }

  private RedisConfig with(
      List<RedisUrl> urls,
      int timeoutMs,
      int inFlightMax,
      int startTimeoutMs,
      ReplicationConfig replication) {
    return new RedisConfig(
        mode,
        urls,
        tlsCa,
        dataDir,
        durability,
        timeoutMs,
        inFlightMax,
        inFlightBytesMax,
        reconnectMinMs,
        reconnectMaxMs,
        startTimeoutMs,
        replication,
        sentinel,
        primariesMax);
  }

  /** The one Redis to connect to. */
  RedisUrl url() {
    if (urls.isEmpty()) {
      throw new IllegalStateException("the embedded Redis has not been started");
    }
    return urls.get(0);
  }

  /** How many replicas a primary must have before it is used. */
  int replicasMin() {
    return durability.contains(Durability.REPLICAS) ? Math.max(1, replication.replicas()) : 0;
  }

  static void range(String name, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          name + ": " + value + " (expected: " + min + " to " + max + ")");
    }
  }

  private static <E extends Enum<E>> E constant(Class<E> type, String name, String text) {
    for (E constant : type.getEnumConstants()) {
      if (constant.name().toLowerCase(Locale.ROOT).equals(text)) {
        return constant;
      }
    }
    throw new IllegalArgumentException(
        name
            + ": "
            + text
            + " (expected: one of "
            + Arrays.toString(type.getEnumConstants()).toLowerCase(Locale.ROOT)
            + ")");
  }
}
