package io.restante.prekey;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.restante.testing.RedisServerExtension;
import io.restante.testing.RedisSnapshot;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a claim may take is asked for before anything is popped, in every kind of claim. */
class ClaimLimitsIT {
  @RegisterExtension static final RedisServerExtension redis = new RedisServerExtension();
  private static final Claimant CLAIMANT = PoolBed.ANYONE.claimant();
  private static final ClaimLimits NO_ONE_TIME = (claimant, owner) -> Allowance.NO_ONE_TIME;

  /** Nothing may be claimed from device 3. */
  private static final ClaimLimits NOT_FROM_3 =
      (claimant, owner) -> {
        if (owner.device() == 3) {
          throw new GatewayException(ErrorCode.RATE_LIMITED, "too many", 7);
        }
        return Allowance.FULL;
      };

  private final PoolBed bed = new PoolBed(redis);

  @BeforeEach
  void register() {
    for (int device = 1; device <= 3; device++) {
      bed.addDevice(device);
      bed.upload(device, bed.whole(bed.keys.ecs(device * 10, 5), bed.keys.kems(100, 5)));
    }
  }

  @AfterEach
  void close() {
    bed.close();
  }

  private Future<ClaimResult> claim(int device, ClaimLimits limits) {
    return bed.store.claim(bed.target(device), new Taker(CLAIMANT, limits));
  }

  private Future<ClaimResult> claimOnce(int device, ClaimLimits limits, String record) {
    return bed.store.claimOnce(bed.target(device), new Taker(CLAIMANT, limits), record);
  }

  private List<Integer> counts() {
    List<Integer> counts = new ArrayList<>();
    for (int device = 1; device <= 3; device++) {
      counts.add(bed.count(device, Pool.EC));
      counts.add(bed.count(device, Pool.KEM));
    }
    return counts;
  }

  @Test
  void withoutAnAllowanceAClaimIsServedWithoutOneTimeKeysAndPopsNothing() {
    List<Integer> before = counts();
    List<ClaimResult> results =
        List.of(
            bed.await(() -> claim(1, NO_ONE_TIME)),
            bed.await(() -> claim(ClaimTarget.ALL_DEVICES, NO_ONE_TIME)),
            bed.await(() -> claimOnce(1, NO_ONE_TIME, "a0")),
            bed.await(() -> claimOnce(ClaimTarget.ALL_DEVICES, NO_ONE_TIME, "b1")));
    for (ClaimResult result : results) {
      JsonArray devices = PoolBed.json(result).getJsonArray("devices");
      for (Object each : devices) {
        JsonObject device = (JsonObject) each;
        assertNull(PoolBed.ecKey(device));
        assertEquals(1, device.getJsonObject("pqPreKey").getInteger("keyId"));
      }
    }
    assertEquals(before, counts());
    assertEquals(8, bed.metrics.of("kem LAST_RESORT"));
  }

  @Test
  void aRefusalForOneDevicePopsNothingFromAnyOther() {
    Map<String, String> before = RedisSnapshot.of(redis);
    List<GatewayException> refusals =
        List.of(
            refused(() -> claim(3, NOT_FROM_3)),
            refused(() -> claim(ClaimTarget.ALL_DEVICES, NOT_FROM_3)),
            refused(() -> claimOnce(3, NOT_FROM_3, "a0")),
            refused(() -> claimOnce(ClaimTarget.ALL_DEVICES, NOT_FROM_3, "b1")));
    for (GatewayException refusal : refusals) {
      assertEquals(ErrorCode.RATE_LIMITED, refusal.code());
      assertEquals(7, refusal.retryAfterSeconds());
    }
    assertEquals(before, RedisSnapshot.of(redis));
  }

  private GatewayException refused(Supplier<Future<ClaimResult>> claim) {
    return assertThrows(GatewayException.class, () -> bed.await(claim));
  }

  @Test
  void eachDeviceIsAskedForOnceWithItsClaimant() {
    List<String> asked = new ArrayList<>();
    ClaimLimits limits =
        (claimant, owner) -> {
          asked.add(claimant.equals(CLAIMANT) + " " + owner.device());
          return Allowance.FULL;
        };
    bed.await(() -> claim(ClaimTarget.ALL_DEVICES, limits));
    bed.await(() -> claimOnce(2, limits, "a0"));
    bed.await(() -> claim(1, limits));
    assertEquals(List.of("true 1", "true 2", "true 3", "true 2", "true 1"), asked);
  }

  @Test
  void aListenerHearsWhatEachPoolGaveAndNothingOfAReplay() {
    List<String> heard = new ArrayList<>();
    ClaimListener listener =
        (owner, identity, pool, outcome) ->
            heard.add(owner.device() + " " + identity + " " + pool.name() + " " + outcome);
    PrekeyStore store = new RedisPrekeyStore(bed.link, PoolBed.CONFIG, bed.metrics, listener);
    bed.await(() -> store.claim(bed.target(2), PoolBed.ANYONE));
    bed.await(() -> store.claimOnce(bed.target(2), PoolBed.ANYONE, "a0"));
    bed.await(() -> store.claimOnce(bed.target(2), PoolBed.ANYONE, "a0"));
    List<String> one = List.of("2 ACI ec ONE_TIME", "2 ACI kem ONE_TIME");
    assertEquals(List.of(one.get(0), one.get(1), one.get(0), one.get(1)), heard);
  }
}
