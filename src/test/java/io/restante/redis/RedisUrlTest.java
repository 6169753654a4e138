package io.restante.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedisUrlTest {
  @Test
  void everyPartIsRead() {
    assertEquals(
        new RedisUrl("redis.example", 7000, true, "gateway", "p@ss+w:ord", 3),
        RedisUrl.parse("rediss://gateway:p%40ss+w%3Aord@redis.example:7000/3"));
  }

  @Test
  void whatIsLeftOutHasItsDefault() {
    assertEquals(
        new RedisUrl("10.0.0.1", 6379, false, null, null, 0), RedisUrl.parse("redis://10.0.0.1"));
    assertEquals(
        new RedisUrl("::1", 6379, false, null, "secret", 0),
        RedisUrl.parse(" redis://:secret@[::1]/ "));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost:6379",
        "http://secret@host",
        "redis://",
        "redis://secret@host",
        "redis://:secret@host:0",
        "redis://:secret@host:65536",
        "redis://:secret@host:port",
        "redis://:secret@host/x",
        "redis://:secret@host/-1",
        "redis://:secret@host/0?db=1",
        "redis://:sec ret@host",
        "redis://:secret%zz@host",
        "redis://:secret@under_score"
      })
  void anythingElseIsRefusedWithoutRepeatingThePassword(String text) {
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> RedisUrl.parse(text));
    String message = String.valueOf(refused.getMessage());
    assertTrue(message.startsWith("redis url: "), message);
    assertTrue(message.contains("expected: "), message);
    assertFalse(message.contains("sec"), message);
  }

  @Test
  void thePasswordIsNeverPrinted() {
    RedisUrl url = RedisUrl.parse("rediss://gateway:secret@[::1]:7000/3");
    assertEquals("rediss://[::1]:7000/3", url.toString());
    assertEquals("[::1]:7000", url.address());
  }
}
