package io.restante.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.redis.RedisConfig.Durability;
import io.restante.redis.RedisConfig.Mode;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class RedisConfigTest {
  private static final RedisUrl URL = RedisUrl.parse("redis://:secret@host");

  private static RedisConfig config(Mode mode, Set<Durability> durability, RedisUrl... urls) {
    return new RedisConfig(
        mode,
        List.of(urls),
        null,
        Path.of("data"),
        durability,
        1_000,
        64,
        1L << 20,
        50,
        2_000,
        6_000,
        ReplicationConfig.DEFAULT,
        SentinelConfig.DEFAULT,
        8);
  }

  private static void refused(String begin, Executable make) {
    IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, make);
    String message = String.valueOf(refusal.getMessage());
    assertTrue(message.startsWith(begin), message);
    assertTrue(message.contains("(expected: "), message);
  }

  @Test
  void theUrlsFitTheMode() {
    refused("redis.urls: none with redis.mode=sentinel", () -> config(Mode.SENTINEL, Set.of()));
    refused("redis.urls: none with redis.mode=cluster", () -> config(Mode.CLUSTER, Set.of()));
    RedisUrl other = RedisUrl.parse("redis://:other@host");
    refused("redis.urls: they differ", () -> config(Mode.CLUSTER, Set.of(), URL, other));
    RedisUrl second = RedisUrl.parse("redis://host/2");
    refused("redis.urls: database 2", () -> config(Mode.CLUSTER, Set.of(), second));
  }

  @Test
  void theEmbeddedRedisHasNoReplicas() {
    refused(
        "redis.durability: replicas with redis.mode=embedded",
        () -> config(Mode.EMBEDDED, Set.of(Durability.REPLICAS)));
    assertEquals(0, config(Mode.STANDALONE, Set.of(Durability.FSYNC), URL).replicasMin());
    assertEquals(1, config(Mode.STANDALONE, Set.of(Durability.REPLICAS), URL).replicasMin());
  }

  @Test
  void theModeDecidesHowManyUrlsThereAre() {
    refused("redis.urls: 0 with", () -> config(Mode.STANDALONE, Set.of()));
    refused("redis.urls: 2 with", () -> config(Mode.STANDALONE, Set.of(), URL, URL));
    refused("redis.urls: 2 with", () -> config(Mode.EMBEDDED, Set.of(), URL, URL));
    assertEquals(URL, config(Mode.EMBEDDED, Set.of()).at(URL).url());
    assertThrows(IllegalStateException.class, () -> config(Mode.EMBEDDED, Set.of()).url());
  }

  @Test
  void everyNumberHasItsBounds() {
    RedisConfig good = RedisConfig.standalone(URL, Set.of());
    refused("redis.timeout-ms: 0", () -> good.withLimits(0, 1));
    refused("redis.in-flight-max: 0", () -> good.withLimits(1_000, 0));
    refused("redis.in-flight-bytes-max: 1", () -> sized(1, 50, 2_000, 6_000));
    refused("redis.reconnect-min-ms: 0", () -> sized(1 << 20, 0, 2_000, 6_000));
    refused("redis.reconnect-max-ms: 49", () -> sized(1 << 20, 50, 49, 6_000));
    refused("redis.start-timeout-ms: 1", () -> sized(1 << 20, 50, 2_000, 1));
  }

  private static RedisConfig sized(long bytes, int minMs, int maxMs, int startMs) {
    return new RedisConfig(
        Mode.STANDALONE,
        List.of(URL),
        null,
        Path.of("d"),
        Set.of(),
        1_000,
        64,
        bytes,
        minMs,
        maxMs,
        startMs,
        ReplicationConfig.DEFAULT,
        SentinelConfig.DEFAULT,
        8);
  }

  @Test
  void namesAreReadAsTheContractWritesThem() {
    assertEquals(Mode.EMBEDDED, Mode.parse("embedded"));
    assertEquals(Set.of(), Durability.parse("none"));
    assertEquals(
        Set.of(Durability.FSYNC, Durability.REPLICAS), Durability.parse("fsync, replicas"));
    refused("redis.mode: Embedded", () -> Mode.parse("Embedded"));
    refused("redis.durability: ", () -> Durability.parse(""));
    refused("redis.durability: none", () -> Durability.parse("fsync,none"));
  }

  @Test
  void thePasswordIsNeverPrinted() {
    assertFalse(RedisConfig.standalone(URL, Set.of()).toString().contains("secret"));
  }
}
