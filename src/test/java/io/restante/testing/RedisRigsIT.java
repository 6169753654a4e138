package io.restante.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.redis.SlotMap;
import java.util.List;
import org.junit.jupiter.api.Test;

class RedisRigsIT {
  @Test
  void aClusterFailsOverTakesANodeAndMovesSlots() {
    try (RedisCluster cluster = new RedisCluster().start()) {
      int slot = SlotMap.slotOf("{a}1");
      RedisProcess first = cluster.primaryOf(slot);
      assertEquals((long) SlotMap.slotOf("é{ö}"), first.command("CLUSTER", "KEYSLOT", "é{ö}"));
      cluster.command("{a}1", "SET", "{a}1", "x");
      assertEquals(1, cluster.replicasOf(first).size());
      RedisProcess promoted = cluster.promoteReplicaOf(first);
      assertNotEquals(first, promoted);
      assertEquals(promoted, cluster.primaryOf(slot));
      cluster.awaitWhole();
      assertEquals(first, cluster.failOver(promoted));
      assertEquals("x", cluster.command("{a}1", "GET", "{a}1"));
      cluster.revive(promoted);
      assertFalse(cluster.isPrimary(promoted));
      RedisProcess added = cluster.addPrimary();
      cluster.migrate(slot, added);
      assertEquals(added, cluster.primaryOf(slot));
      assertEquals("x", added.command("GET", "{a}1"));
      assertThrows(IllegalStateException.class, () -> first.command("GET", "{a}1"));
      for (RedisProcess node : cluster.nodes()) {
        assertEquals(
            List.of("cluster-node-timeout", String.valueOf(Haste.PATIENT_MS)),
            node.command("CONFIG", "GET", "cluster-node-timeout"));
      }
    }
  }

  @Test
  void sentinelsFailOverByCommandAndByDeath() {
    try (RedisSentinels sentinels = new RedisSentinels("secret-of-sentinels").start()) {
      RedisProcess first = sentinels.primary();
      assertEquals(2, sentinels.replicas().size());
      RedisProcess second = sentinels.promoteReplica();
      assertNotEquals(first, second);
      sentinels.awaitWhole();
      RedisProcess third = sentinels.failOver();
      assertNotEquals(second, third);
      second.start();
      sentinels.awaitWhole();
      // On a busy machine they may have promoted once more.
      assertEquals(List.of(sentinels.primary()), sentinels.primaries());
      for (RedisProcess sentinel : sentinels.sentinels()) {
        String known =
            String.valueOf(sentinel.command("SENTINEL", "MASTER", RedisSentinels.MASTER));
        String patience = "down-after-milliseconds, " + Haste.PATIENT_MS;
        assertTrue(known.contains(patience), known);
      }
    }
  }
}
