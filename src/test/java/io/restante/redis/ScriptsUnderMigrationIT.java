package io.restante.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.testing.RedisCluster;
import io.restante.testing.RedisProcess;
import io.vertx.redis.client.impl.types.ErrorType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of a script in a slot that migrates, at either end and with any keys moved. */
class ScriptsUnderMigrationIT {
  private static final int SLOT = SlotMap.slotOf("{a}");
  private static final List<String> KEYS = List.of("{a}1", "{a}2", "{a}3");
  private static final RedisCluster redis = new RedisCluster();
  private static RedisProcess from = new RedisProcess();
  private static RedisProcess to = new RedisProcess();

  @BeforeAll
  static void start() {
    redis.start();
    from = redis.primaryOf(SLOT);
    to =
        redis.nodes().stream()
            .filter(node -> redis.isPrimary(node) && node != from)
            .findFirst()
            .orElseThrow();
  }

  @AfterAll
  static void end() {
    redis.close();
  }

  static List<RedisScript> all() {
    Path root = Path.of("src/main/resources/lua");
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(file -> file.toString().endsWith(".lua"))
          .map(file -> root.relativize(file).toString().replace(".lua", ""))
          .sorted()
          .map(RedisScript::load)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs with so many of the keys moved so far, and then has all at the old place again. */
  private static void migrating(int moved, Runnable step) {
    KEYS.forEach(key -> from.command("SET", key, "before"));
    redis.beginMigration(SLOT, to);
    try {
      KEYS.subList(0, moved).forEach(key -> redis.migrateKey(key, from, to));
      step.run();
    } finally {
      from.command("CLUSTER", "SETSLOT", SLOT, "STABLE");
      to.command("FLUSHALL");
      to.command("CLUSTER", "SETSLOT", SLOT, "STABLE");
    }
  }

  private static Object eval(RedisProcess at, String text, List<String> keys) {
    if (at == to) {
      at.command("ASKING");
    }
    Object[] words = Stream.concat(Stream.of("EVAL", text, keys.size()), keys.stream()).toArray();
    return String.valueOf(at.command(words));
  }

  private static Map<String, Object> contents() {
    Map<String, Object> contents = new TreeMap<>();
    for (RedisProcess node : List.of(from, to)) {
      Object names = node.command("CLUSTER", "GETKEYSINSLOT", SLOT, 100);
      for (Object key : (List<?>) Objects.requireNonNull(names)) {
        if (node == to) {
          node.command("ASKING");
        }
        contents.put(node.port() + " " + key, String.valueOf(node.command("GET", key)));
      }
    }
    return contents;
  }

  @ParameterizedTest
  @MethodSource("all")
  void eachScriptOfOursIsRefusedBeforeItDoesAnything(RedisScript script) {
    for (int moved = 0; moved <= KEYS.size(); moved++) {
      for (RedisProcess at : List.of(from, to)) {
        // One key is what Redis checks least: with several it refuses most by itself.
        migrating(
            moved,
            () -> {
              Map<String, Object> before = contents();
              IllegalStateException refused =
                  assertThrows(
                      IllegalStateException.class,
                      () -> eval(at, script.inSteadySlot().text(), List.of(KEYS.get(0))));
              ErrorType error = ErrorType.create(String.valueOf(refused.getMessage()));
              assertTrue(RedisErrors.redirect(error) != null, String.valueOf(error));
              assertEquals(before, contents());
            });
      }
    }
  }

  @Test
  void aScriptThatWritesAKeyItHasDeletedStopsInTheMiddleUnlessItIsMadeToFailFirst() {
    RedisScript plain =
        new RedisScript("t", "redis.call('DEL', KEYS[1]) redis.call('SET', KEYS[1], 'after')", "");
    migrating(
        0,
        () -> {
          assertThrows(IllegalStateException.class, () -> eval(from, plain.text(), KEYS));
          // So it is with Redis 7.0: half of it was done.
          assertNull(contents().get(from.port() + " " + KEYS.get(0)));
        });
    migrating(
        0,
        () -> {
          String text = plain.inSteadySlot().text();
          assertThrows(IllegalStateException.class, () -> eval(from, text, KEYS));
          assertEquals("before", contents().get(from.port() + " " + KEYS.get(0)));
        });
    eval(from, plain.inSteadySlot().text(), KEYS);
    assertEquals("after", contents().get(from.port() + " " + KEYS.get(0)));
  }

  @Test
  void aKeyWithoutAHashTagIsItsOwn() {
    String text =
        new RedisScript("t", "return redis.call('SET', KEYS[1], 1)", "").inSteadySlot().text();
    RedisProcess at = redis.primaryOf("handle:+4915550000001");
    assertEquals("OK", eval(at, text, List.of("handle:+4915550000001")));
  }
}
