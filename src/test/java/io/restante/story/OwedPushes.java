package io.restante.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.testing.EventLoop;
import io.restante.testing.RedisServerExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The pushes that gateways owe one account, as they stand in Redis. Times until they are due are
 * longer than any test; it is the test that says when they have passed.
 */
record OwedPushes(RedisServerExtension redis, String aci) {
  /** What a score is beside the milliseconds: how often a push was tried. */
  private static final long TRIES = 1_024;

  private record Owed(String key, String push, double score) {}

  private List<Owed> all() {
    List<Owed> all = new ArrayList<>();
    for (Object key : list(redis.command("KEYS", "{push:*}:due"))) {
      List<?> pushes = list(redis.command("ZRANGE", key, 0, -1, "WITHSCORES"));
      for (int i = 0; i < pushes.size(); i += 2) {
        String push = pushes.get(i).toString();
        if (push.startsWith(aci)) {
          double score = Double.parseDouble(pushes.get(i + 1).toString());
          all.add(new Owed(key.toString(), push, score));
        }
      }
    }
    return all;
  }

  private static List<?> list(@Nullable Object reply) {
    return reply instanceof List<?> list ? list : List.of();
  }

  /** Each by its device and its kind. */
  List<String> kinds() {
    return all().stream().map(owed -> owed.push.substring(aci.length(), aci.length() + 4)).toList();
  }

  void awaitNone() {
    EventLoop.until("nothing is owed", () -> kinds().isEmpty());
  }

  /** Awaits that a push of this kind, and no other, is owed to device 1. */
  void awaitOnly(char kind) {
    EventLoop.until("only " + kind + " is owed", () -> kinds().equals(List.of(".1." + kind)));
  }

  /** Of one that is owed, which is due within so much time, and not before half of it is over. */
  void assertDueWithin(int ms) {
    List<Owed> all = all();
    assertEquals(1, all.size(), all::toString);
    List<?> time = list(Objects.requireNonNull(redis.command("TIME")));
    double dueMs = all.get(0).score / TRIES - Long.parseLong(time.get(0).toString()) * 1_000.0;
    assertTrue(dueMs > ms / 2.0 && dueMs < ms + 1_000.0, () -> "due in " + dueMs + " ms");
  }

  /** Has the time of all of them pass. */
  void comeDue() {
    for (Owed owed : all()) {
      redis.command("ZADD", owed.key, "XX", 0, owed.push);
    }
  }
}
