package io.restante.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.restante.testing.RedisReplicas;
import io.restante.testing.RespSocket;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * Records what {@code WAIT} counts on the Redis that the tests run on. The replica stands still
 * while a write is made, so that a {@code WAIT} which covers the write says 0, and one which does
 * not says 1. The rounds rely on the first row only; the others say why.
 */
class WaitFactsIT {
  private static final int WAIT_MS = 150;

  private final Map<String, Boolean> covered = new LinkedHashMap<>();

  @Test
  void waitCoversTheWritesOfItsOwnConnectionAndWhatWasBeforeThem() throws IOException {
    String version;
    try (RedisReplicas redis = new RedisReplicas(1);
        RespSocket writer = connect(redis);
        RespSocket rounds = connect(redis)) {
      version = version(rounds);
      look(redis, "a write and WAIT on one connection", rounds, w -> w.command("SET", "a", 1));
      look(
          redis,
          "another connection's write, then a write and WAIT on one",
          rounds,
          w -> {
            writer.command("SET", "b", 1);
            w.command("SET", "a", 1);
          });
      look(
          redis,
          "another connection's write, then PING and WAIT on one",
          rounds,
          w -> {
            writer.command("SET", "b", 1);
            w.command("PING");
          });
      look(
          redis,
          "another connection's write, then WAIT alone",
          rounds,
          w -> writer.command("SET", "b", 1));
    }
    covered.forEach(
        (what, is) ->
            System.out.println(
                "Redis " + version + ": " + what + ": " + (is ? "covered" : "not covered")));
    assertEquals(true, covered.get("a write and WAIT on one connection"));
    assertEquals(true, covered.get("another connection's write, then a write and WAIT on one"));
    if (version.startsWith("7.0.")) {
      assertEquals(true, covered.get("another connection's write, then PING and WAIT on one"));
      assertEquals(false, covered.get("another connection's write, then WAIT alone"));
    }
  }

  private interface Step {
    void run(RespSocket rounds) throws IOException;
  }

  private void look(RedisReplicas redis, String what, RespSocket rounds, Step step)
      throws IOException {
    rounds.command("SET", "settled", 1);
    assertEquals(1L, rounds.command("WAIT", 1, 10_000));
    redis.replicas().get(0).freeze();
    try {
      step.run(rounds);
      covered.put(what, Objects.equals(rounds.command("WAIT", 1, WAIT_MS), 0L));
    } finally {
      redis.replicas().get(0).thaw();
    }
  }

  private static RespSocket connect(RedisReplicas redis) throws IOException {
    RespSocket socket = new RespSocket(redis.primary().port());
    socket.command("AUTH", redis.primary().password());
    return socket;
  }

  private static String version(RespSocket socket) throws IOException {
    return String.valueOf(socket.command("INFO", "server"))
        .lines()
        .filter(line -> line.startsWith("redis_version:"))
        .findFirst()
        .orElseThrow()
        .substring("redis_version:".length())
        .trim();
  }
}
