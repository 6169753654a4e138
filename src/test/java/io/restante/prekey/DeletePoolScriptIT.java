package io.restante.prekey;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.protocol.Identity;
import io.restante.testing.RedisServerExtension;
import io.restante.testing.RedisSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Both branches of {@code prekey/delete-pool}. */
class DeletePoolScriptIT {
  @RegisterExtension static final RedisServerExtension redis = new RedisServerExtension();
  private static final PoolName NAME = new PoolName("mls");

  private final PoolBed bed = new PoolBed(redis, PoolBed.WITH_RESERVE);
  private final DeletePoolScript script = new DeletePoolScript(bed.link);
  private final NamedPoolStore pools =
      new RedisNamedPools(
          bed.link,
          PoolBed.WITH_RESERVE,
          new NamedPoolsConfig(8, 64, 100, 16_384, 1 << 20, 60, 600),
          bed.metrics,
          ClaimListener.NONE);

  @BeforeEach
  void register() {
    bed.addDevice(1);
  }

  @AfterEach
  void close() {
    bed.close();
  }

  private void upload(int count) {
    List<NamedEntry> entries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      entries.add(new NamedEntry(null, new byte[] {(byte) i}));
    }
    NamedEntry last = new NamedEntry("last", new byte[] {-1});
    NamedPoolUpload upload = new NamedPoolUpload(NAME, entries, last, false, 0);
    assertEquals(
        UploadResult.Status.STORED, bed.await(() -> pools.upload(bed.device(1), upload)).status());
  }

  @Test
  void entriesReserveAndLastResortGoAndTheLedgerStays() {
    upload(20);
    String reserve = bed.names.tag() + Pool.named(NAME).reserveBeginning(Identity.ACI) + 1;
    assertEquals(2L, redis.command("LLEN", reserve));
    assertEquals(20, bed.await(() -> pools.state(bed.device(1), NAME)).orElseThrow().count());
    Object ledger = redis.command("HGET", bed.names.ledger(Identity.ACI, 1), "mls");
    assertTrue(bed.await(() -> script.run(bed.device(1), NAME)));
    assertEquals(
        0L, redis.command("EXISTS", reserve, bed.names.pool(Identity.ACI, NAME.text(), 1)));
    String keys = bed.names.keys(Identity.ACI, 1);
    assertEquals(List.of("epoch"), redis.command("HKEYS", keys));
    assertEquals(ledger, redis.command("HGET", bed.names.ledger(Identity.ACI, 1), "mls"));
  }

  @Test
  void nothingIsDoneWhereThereIsNoSuchPool() {
    upload(3);
    Map<String, String> before = RedisSnapshot.of(redis);
    assertFalse(bed.await(() -> script.run(bed.device(1), new PoolName("olm"))));
    assertFalse(bed.await(() -> script.run(bed.device(2), NAME)));
    assertEquals(before, RedisSnapshot.of(redis));
  }
}
