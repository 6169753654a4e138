package io.restante.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.redis.RedisConfig.Durability;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerFactsTest {
  private static final Set<Durability> FSYNC = Set.of(Durability.FSYNC);

  private final Map<String, String> info =
      new HashMap<>(
          Map.of(
              "redis_version", "7.0.15",
              "maxmemory_policy", "noeviction",
              "loading", "0",
              "role", "master"));
  private final Map<String, String> config =
      new HashMap<>(
          Map.of(
              "appendonly", "yes",
              "appendfsync", "always",
              "no-appendfsync-on-rewrite", "no"));

  private ServerFacts facts() {
    return new ServerFacts(info, config, true);
  }

  @Test
  void aDurablePrimaryIsSuitable() {
    assertEquals(Optional.empty(), facts().unsuitable(FSYNC));
    assertEquals(Optional.empty(), facts().busy(0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"6.2.14", "6", "5.0.7", "unknown", ""})
  void anOlderRedisIsRefused(String version) {
    info.put("redis_version", version);
    String why = facts().unsuitable(Set.of()).orElseThrow();
    assertEquals("version " + version + " (expected: 7.0 or newer)", why);
  }

  @ParameterizedTest
  @ValueSource(strings = {"7.0.0", "7.4.1", "8.0.2", "10.1"})
  void aNewerRedisIsTaken(String version) {
    info.put("redis_version", version);
    assertEquals(Optional.empty(), facts().unsuitable(FSYNC));
  }

  @Test
  void aRedisThatEvictsIsRefusedWithAnyDurability() {
    info.put("maxmemory_policy", "allkeys-lru");
    assertTrue(facts().unsuitable(Set.of()).isPresent());
    assertTrue(facts().unsuitable(FSYNC).isPresent());
  }

  @ParameterizedTest
  @CsvSource({"appendonly,no", "appendfsync,everysec", "no-appendfsync-on-rewrite,yes"})
  void fsyncNeedsEachOfItsSettings(String name, String value) {
    config.put(name, value);
    String why = facts().unsuitable(FSYNC).orElseThrow();
    assertTrue(why.startsWith(name + " is " + value + " (expected: "), why);
    assertEquals(Optional.empty(), facts().unsuitable(Set.of()));
  }

  @Test
  void fsyncThatCannotBeProvedIsRefusedAndSaysWhatIsMissing() {
    ServerFacts managed = new ServerFacts(info, Map.of(), false);
    assertTrue(managed.unsuitable(FSYNC).orElseThrow().contains("CONFIG GET"));
    assertEquals(Optional.empty(), managed.unsuitable(Set.of()));
  }

  @Test
  void aReplicaAndALoadingRedisAreBusyOnly() {
    info.put("role", "slave");
    assertTrue(facts().busy(0).isPresent());
    assertEquals(Optional.empty(), facts().unsuitable(FSYNC));
    info.put("role", "master");
    assertFalse(facts().isLoading());
    info.put("loading", "1");
    assertTrue(facts().isLoading());
  }
}
