package io.restante.prekey;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.prekey.ClaimResult.Refused;
import io.restante.protocol.EcPrekey;
import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.restante.protocol.Identity;
import io.restante.testing.EventLoop;
import io.restante.testing.RedisServerExtension;
import io.restante.testing.RedisSnapshot;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every branch of {@code prekey/claim}. */
class ClaimScriptIT {
  @RegisterExtension static final RedisServerExtension redis = new RedisServerExtension();
  private static final String RECORD = "a0";

  private final PoolBed bed = new PoolBed(redis);

  @BeforeEach
  void register() {
    bed.addDevice(1);
  }

  @AfterEach
  void close() {
    bed.close();
  }

  private ClaimResult claim(int device, String record) {
    return bed.await(() -> bed.store.claimOnce(bed.target(device), PoolBed.ANYONE, record));
  }

  private void assertRefused(Refused expected, ClaimTarget target) {
    Map<String, String> before = RedisSnapshot.of(redis);
    assertEquals(expected, bed.await(() -> bed.store.claimOnce(target, PoolBed.ANYONE, RECORD)));
    assertEquals(before, RedisSnapshot.of(redis));
    assertEquals(1, bed.metrics.of("refused " + expected));
  }

  @Test
  void takesOnceAndRepeatsTheSameBytes() {
    bed.upload(1, bed.whole(bed.keys.ecs(1, 5), bed.keys.kems(1, 5)));
    ClaimResult.Claimed first = (ClaimResult.Claimed) claim(1, RECORD);
    for (int i = 0; i < 3; i++) {
      ClaimResult.Claimed again = (ClaimResult.Claimed) claim(1, RECORD);
      assertEquals(first.json(), again.json());
    }
    assertEquals(4, bed.count(1, Pool.EC));
    assertEquals(4, bed.count(1, Pool.KEM));
    assertEquals(3, bed.metrics.of("replayed"));
    assertEquals(1, bed.metrics.of("ec ONE_TIME"));
    Object ttl = redis.command("PTTL", bed.names.idempotency(RECORD));
    assertTrue(ttl instanceof Long ms && ms > 0 && ms <= PoolBed.CONFIG.idempotencyWindowMs());
  }

  private Future<ClaimScript.Reply<DeviceKeys>> run(ClaimScript script, int device) {
    return script.run(
        ClaimShape.signal(Identity.ACI),
        bed.target(device),
        new ClaimScript.Terms(Map.of(1, Allowance.FULL), null),
        PoolBed.ANYONE.claimant(),
        RECORD);
  }

  @Test
  void whoMayClaimNothingNewGetsWhatHeGotBeforeAndElseHisRefusal() {
    bed.upload(1, bed.whole(bed.keys.ecs(1, 5), List.of()));
    ClaimLimits none =
        (claimant, owner) -> {
          throw new GatewayException(ErrorCode.RATE_LIMITED, "too many", 7);
        };
    Taker limited = new Taker(PoolBed.ANYONE.claimant(), none);
    for (int device : new int[] {1, ClaimTarget.ALL_DEVICES}) {
      String record = "c" + device;
      ClaimResult first =
          bed.await(() -> bed.store.claimOnce(bed.target(device), PoolBed.ANYONE, record));
      assertEquals(
          first, bed.await(() -> bed.store.claimOnce(bed.target(device), limited, record)));
      Map<String, String> before = RedisSnapshot.of(redis);
      GatewayException refusal =
          assertThrows(
              GatewayException.class,
              () -> bed.await(() -> bed.store.claimOnce(bed.target(device), limited, "d")));
      assertEquals(ErrorCode.RATE_LIMITED, refusal.code());
      assertEquals(before, RedisSnapshot.of(redis));
    }
  }

  @Test
  void aReplyTellsWhetherItWasTakenNowOrBefore() {
    bed.upload(1, bed.whole(bed.keys.ecs(1, 5), bed.keys.kems(1, 5)));
    ClaimScript script =
        new ClaimScript(bed.link, new ReserveScript(bed.link, ReserveConfig.NONE), PoolBed.CONFIG);
    ClaimScript.Reply<DeviceKeys> first = bed.await(() -> run(script, 1));
    ClaimScript.Reply<DeviceKeys> again = bed.await(() -> run(script, 1));
    assertFalse(first.replayed());
    assertTrue(again.replayed());
    for (ClaimScript.Reply<DeviceKeys> reply : List.of(first, again)) {
      assertNull(reply.refused());
      assertEquals(0, reply.burned());
      assertEquals(1, reply.rows().get(0).device());
      assertEquals(1001, reply.rows().get(0).fields().registrationId());
    }
    ClaimScript.Reply<DeviceKeys> refused = bed.await(() -> run(script, 2));
    assertEquals(new ClaimScript.Reply<>(List.of(), false, Refused.KEY_REUSED, 0), refused);
  }

  @Test
  void anotherGatewayRepeatsTheSameBytesToo() {
    bed.upload(1, bed.whole(bed.keys.ecs(1, 5), bed.keys.kems(1, 5)));
    ClaimResult.Claimed first = (ClaimResult.Claimed) claim(1, RECORD);
    try (PoolBed other = new PoolBed(redis)) {
      ClaimResult.Claimed again =
          (ClaimResult.Claimed)
              other.await(() -> other.store.claimOnce(bed.target(1), PoolBed.ANYONE, RECORD));
      assertEquals(first.json(), again.json());
    }
    assertEquals(4, bed.count(1, Pool.EC));
  }

  @Test
  void anotherRecordTakesAnotherKey() {
    bed.upload(1, bed.whole(bed.keys.ecs(1, 5), bed.keys.kems(1, 5)));
    assertNotEquals(
        PoolBed.ecKey(PoolBed.onlyDevice(claim(1, RECORD))),
        PoolBed.ecKey(PoolBed.onlyDevice(claim(1, "b1"))));
  }

  @Test
  void afterItsWindowARecordIsGoneAndANewKeyIsTaken() {
    bed.upload(1, bed.whole(bed.keys.ecs(1, 5), List.of()));
    PrekeyConfig brief = new PrekeyConfig(100, 4_096, 256, 1, 500, ReserveConfig.NONE);
    PrekeyStore store = new RedisPrekeyStore(bed.link, brief, bed.metrics, ClaimListener.NONE);
    bed.await(() -> store.claimOnce(bed.target(1), PoolBed.ANYONE, RECORD));
    EventLoop.until(
        "the record is gone",
        () -> Long.valueOf(0).equals(redis.command("EXISTS", bed.names.idempotency(RECORD))));
    bed.await(() -> store.claimOnce(bed.target(1), PoolBed.ANYONE, RECORD));
    assertEquals(3, bed.count(1, Pool.EC));
  }

  @Test
  void refusesTheSameKeyForAnotherDeviceOrIdentity() {
    bed.addDevice(2);
    bed.upload(1, bed.whole(bed.keys.ecs(1, 5), List.of()));
    bed.upload(2, bed.whole(bed.keys.ecs(1, 5), List.of()));
    claim(1, RECORD);
    assertRefused(Refused.KEY_REUSED, bed.target(2));
    assertEquals(Refused.KEY_REUSED, claim(ClaimTarget.ALL_DEVICES, RECORD));
    ClaimTarget pni = new ClaimTarget(bed.aci, Identity.PNI, 1);
    assertEquals(
        Refused.KEY_REUSED, bed.await(() -> bed.store.claimOnce(pni, PoolBed.ANYONE, RECORD)));
  }

  @Test
  void refusesAnUnknownAccount() {
    UUID unknown = UUID.randomUUID();
    assertRefused(
        Refused.NO_ACCOUNT, new ClaimTarget(unknown, Identity.ACI, ClaimTarget.ALL_DEVICES));
    bed.metrics.clear();
    assertRefused(Refused.NO_ACCOUNT, new ClaimTarget(unknown, Identity.PNI, 1));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, ClaimTarget.ALL_DEVICES})
  void tellsNoRecordOfAnAccountThatIsGone(int device) {
    bed.upload(1, bed.whole(bed.keys.ecs(1, 5), bed.keys.kems(1, 5)));
    claim(device, RECORD);
    // As a deletion leaves it, and as it is when the tombstone is gone too.
    redis.command("DEL", bed.names.devices(), bed.names.keys(Identity.ACI, 1));
    redis.command("HSET", bed.names.account(), "gone", 1);
    assertRefused(Refused.NO_ACCOUNT, bed.target(device));
    bed.metrics.clear();
    redis.command("DEL", bed.names.account());
    assertRefused(Refused.NO_ACCOUNT, bed.target(device));
  }

  @Test
  void refusesAnUnknownDevice() {
    assertRefused(Refused.NO_DEVICE, bed.target(9));
  }

  @Test
  void refusesADeviceWithoutASignedPrekeyAndLeavesItsPool() {
    bed.upload(1, bed.whole(List.of(), List.of()));
    bed.upload(1, bed.oneTime(bed.keys.ecs(1, 5), List.of()));
    redis.command("HDEL", bed.names.keys(Identity.ACI, 1), "signed");
    assertRefused(Refused.NO_KEYS, bed.target(1));
  }

  @Test
  void refusesAnAccountOfWhichNoDeviceHasKeys() {
    assertRefused(Refused.NO_KEYS, bed.target(ClaimTarget.ALL_DEVICES));
  }

  @Test
  void takesFromAllDevicesThatHaveKeysInTheirOrder() {
    for (int device : new int[] {2, 10, 3}) {
      bed.addDevice(device);
    }
    for (int device : new int[] {1, 2, 10}) {
      bed.upload(device, bed.whole(bed.keys.ecs(device, 2), bed.keys.kems(device, 2)));
    }
    ClaimResult first = claim(ClaimTarget.ALL_DEVICES, RECORD);
    JsonArray devices = PoolBed.json(first).getJsonArray("devices");
    assertEquals(3, devices.size());
    int i = 0;
    for (int device : new int[] {1, 2, 10}) {
      assertEquals(device, devices.getJsonObject(i).getInteger("deviceId"));
      assertEquals(device, devices.getJsonObject(i++).getJsonObject("preKey").getInteger("keyId"));
      assertEquals(1, bed.count(device, Pool.EC));
    }
    assertEquals(PoolBed.json(first), PoolBed.json(claim(ClaimTarget.ALL_DEVICES, RECORD)));
  }

  @Test
  void anEntryOfAnEarlierEpochIsBurnedAndTheNextOneTaken() {
    List<EcPrekey> ecs = bed.keys.ecs(1, 2);
    bed.upload(1, bed.whole(ecs, List.of()));
    String pool = bed.names.pool(Identity.ACI, "ec", 1);
    byte[] stale = new byte[37];
    stale[0] = 0x7F;
    redis.command("LPUSH", pool, stale);
    redis.command("LPUSH", pool, stale);
    assertEquals(
        PoolBed.text(ecs.get(0).publicKey()), PoolBed.ecKey(PoolBed.onlyDevice(claim(1, RECORD))));
    assertEquals(2, bed.metrics.of("burned EPOCH"));
    assertEquals(1, bed.count(1, Pool.EC));
  }

  @Test
  void anEmptyPoolIsAnsweredWithTheLastResortKeyAndWithoutAOneTimeKey() {
    bed.upload(1, bed.whole(List.of(), List.of()));
    var device = PoolBed.onlyDevice(claim(1, RECORD));
    assertNull(PoolBed.ecKey(device));
    assertEquals(1, device.getJsonObject("pqPreKey").getInteger("keyId"));
    assertEquals(1, bed.metrics.of("kem LAST_RESORT"));
    assertEquals(1, bed.metrics.of("ec EMPTY"));
  }
}
