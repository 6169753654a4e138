package io.restante.prekey;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.protocol.Identity;
import io.restante.redis.AccountKeys;
import io.restante.testing.RedisServerExtension;
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

  private final PoolBed bed = new PoolBed(redis, PoolBed.WITH_RESERVE);

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
    return (double) bytes(name) / KEYS;
  }

  private long bytes(String name) {
    Object bytes = redis.command("MEMORY", "USAGE", name, "SAMPLES", 0);
    return bytes instanceof Long all ? all : 0;
  }

  /**
   * Both pools share their reserve. Of it the EC pool is charged what it would cost with EC keys
   * alone, the KEM pool the rest, so that nothing is left out.
   */
  private void assertCosts(String when) {
    String reserve = bed.names.tag() + AccountKeys.reserveBeginning(Identity.ACI, "") + 1;
    long both = bytes(reserve);
    String ecOnly = bed.names.tag() + AccountKeys.reserveBeginning(Identity.ACI, "") + 2;
    redis.command("COPY", reserve, ecOnly, "REPLACE");
    while (String.valueOf(redis.command("LINDEX", ecOnly, -1)).startsWith("r")) {
      redis.command("RPOP", ecOnly);
    }
    long ecReserve = bytes(ecOnly);
    redis.command("DEL", ecOnly);
    double ec = (double) (bytes(bed.names.pool(Identity.ACI, "ec", 1)) + ecReserve) / KEYS;
    double kem = (double) (bytes(bed.names.pool(Identity.ACI, "kem", 1)) + both - ecReserve) / KEYS;
    System.out.printf("%s: %.2f bytes an EC key, %.2f a KEM key%n", when, ec, kem);
    assertEquals(KEYS, bed.count(1, Pool.EC));
    assertEquals(KEYS, bed.count(1, Pool.KEM));
    assertTrue(ec <= EC_BYTES_MAX, "ec: " + ec + " bytes a key");
    assertTrue(kem <= KEM_BYTES_MAX, "kem: " + kem + " bytes a key");
  }

  @Test
  void anEcKeyCostsAtMost45BytesAndAKemKeyAtMost115PercentOfItself() {
    assertEquals("10:10", redis.command("HGET", bed.names.keys(Identity.ACI, 1), "reserve"));
    assertCosts("with a reserve");
  }

  @Test
  void withoutAReserveTheyCostNoMore() {
    try (PoolBed plain = new PoolBed(redis)) {
      plain.addDevice(1);
      plain.upload(1, plain.whole(plain.keys.ecs(0, KEYS), plain.keys.kems(0, KEYS)));
      double ec = bytesPerKey(plain.names.pool(Identity.ACI, "ec", 1));
      double kem = bytesPerKey(plain.names.pool(Identity.ACI, "kem", 1));
      System.out.printf("without: %.2f bytes an EC key, %.2f a KEM key%n", ec, kem);
      assertTrue(ec <= EC_BYTES_MAX && kem <= KEM_BYTES_MAX, ec + " and " + kem);
    }
  }

  @Test
  void poolsThatAreHalfUsedAndFilledAgainCostNoMore() {
    for (int i = 0; i < KEYS / 2; i++) {
      bed.claim(1);
    }
    bed.upload(1, bed.oneTime(bed.keys.ecs(100, KEYS), bed.keys.kems(100, KEYS)));
    assertCosts("filled again");
  }

  @Test
  void aFingerprintInTheLedgerCostsEightBytesAndItsShareOfAHash() {
    double bytes = bytesPerKey(bed.names.ledger(Identity.ACI, 1)) / Pool.SIGNAL.size();
    System.out.printf("ledger: %.2f bytes a key%n", bytes);
    assertTrue(bytes <= 12, bytes + " bytes a key");
  }
}
