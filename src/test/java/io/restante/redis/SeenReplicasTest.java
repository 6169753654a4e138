package io.restante.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.BulkType;
import io.vertx.redis.client.impl.types.MultiType;
import io.vertx.redis.client.impl.types.NumberType;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SeenReplicasTest {
  private static final long NOW = Long.MAX_VALUE - 7;
  private static final long MEMORY = TimeUnit.MILLISECONDS.toNanos(SeenReplicas.REMEMBERED_MS);

  private final SeenReplicas seen = new SeenReplicas();

  private static Response text(String text) {
    return BulkType.create(Buffer.buffer(text), false);
  }

  private static Response role(String role, String... replicas) {
    MultiType all = MultiType.create(replicas.length, false);
    for (String replica : replicas) {
      MultiType one = MultiType.create(3, false);
      one.add(text(replica));
      one.add(text("6379"));
      one.add(text("17"));
      all.add(one);
    }
    MultiType reply = MultiType.create(3, false);
    reply.add(text(role));
    reply.add(NumberType.create(17L));
    reply.add(all);
    return reply;
  }

  @Test
  void oneIsNeededAtLeastAndAsManyAsWereThereAtOnce() {
    assertEquals(1, seen.needed(NOW));
    seen.begin(2);
    assertEquals(2, seen.needed(NOW));
    assertTrue(seen.saw(role("master", "a", "b", "c"), NOW));
    assertTrue(seen.saw(role("master", "a"), NOW));
    assertEquals(3, seen.needed(NOW + 2 * MEMORY), "they are waited for however long it takes");
    seen.more(2);
    assertEquals(3, seen.needed(NOW));
  }

  @Test
  void oneThatComesDoesNotStandInForOneThatWentUntilThatIsForgotten() {
    seen.begin(1);
    seen.saw(role("master", "a"), NOW);
    seen.saw(role("master", "b"), NOW + 1);
    assertEquals(2, seen.needed(NOW + MEMORY));
    seen.saw(role("master", "b"), NOW + MEMORY);
    assertEquals(1, seen.needed(NOW + MEMORY + 1));
  }

  @Test
  void anotherRunBeginsAnew() {
    seen.saw(role("master", "a", "b"), NOW);
    seen.begin(1);
    assertEquals(1, seen.needed(NOW));
  }

  @Test
  void whatIsNoPrimaryTellsNothing() {
    assertFalse(seen.saw(null, NOW));
    assertFalse(seen.saw(role("slave", "a", "b"), NOW));
    assertEquals(1, seen.needed(NOW));
  }
}
