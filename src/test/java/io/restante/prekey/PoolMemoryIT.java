package io.restante.prekey;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.protocol.Identity;
import io.restante.testing.RedisServerExtension;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a one-time key costs Redis, everything included, at 100 keys a pool. */
class PoolMemoryIT {
  @RegisterExtension static final RedisServerExtension redis = new RedisServerExtension();
  private static final int KEYS = 100;
  private static final double EC_BYTES_MAX = 45;
  private static final double KEM_BYTES_MAX = 1.15 * KemEntryCodec.SERIALIZED_BYTES;

  private final PoolBed bed = new PoolBed(redis);

  @BeforeEach
  void register() {
    bed.addDevice(1);
    bed.upload(1, bed.whole(bed.keys.ecs(0, KEYS), bed.keys.kems(0, KEYS)));
  }

  @AfterEach
  void close() {
    bed.close();
  }

  private double bytesPerKey(String name) {
    Object bytes = redis.command("MEMORY", "USAGE", name, "SAMPLES", 0);
    return bytes instanceof Long all ? (double) all / KEYS : Double.NaN;
  }

  private void assertAtMost(double bytesMax, Pool pool) {
    double bytes = bytesPerKey(bed.names.pool(Identity.ACI, pool.name(), 1));
    assertTrue(bytes <= bytesMax, pool.name() + ": " + bytes + " bytes a key");
  }

  @Test
  void anEcKeyCostsAtMost45Bytes() {
    assertAtMost(EC_BYTES_MAX, Pool.EC);
  }

  @Test
  void aKemKeyCostsAtMost115PercentOfItself() {
    assertAtMost(KEM_BYTES_MAX, Pool.KEM);
  }

  @Test
  void aPoolThatIsHalfUsedAndFilledAgainCostsNoMore() {
    for (int i = 0; i < KEYS / 2; i++) {
      bed.claim(1);
    }
    bed.upload(1, bed.oneTime(bed.keys.ecs(100, KEYS), bed.keys.kems(100, KEYS)));
    assertAtMost(EC_BYTES_MAX, Pool.EC);
    assertAtMost(KEM_BYTES_MAX, Pool.KEM);
  }

  @Test
  void aFingerprintInTheLedgerCostsEightBytesAndItsString() {
    for (Pool pool : List.of(Pool.EC, Pool.KEM)) {
      double bytes = bytesPerKey(bed.names.ledger(Identity.ACI, pool.name(), 1));
      assertTrue(bytes <= 12, pool.name() + " ledger: " + bytes + " bytes a key");
    }
  }
}
