package io.restante.prekey;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.restante.prekey.ClaimResult.Refused;
import io.restante.prekey.TamperedLink.Fate;
import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.restante.protocol.Identity;
import io.restante.testing.RedisServerExtension;
import io.restante.testing.SignalKeys;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Claims by plain commands, one by one, with what can go wrong between them. */
class RedisPrekeyStoreIT {
  @RegisterExtension static final RedisServerExtension redis = new RedisServerExtension();

  private final PoolBed bed = new PoolBed(redis);

  @BeforeEach
  void register() {
    bed.addDevice(1);
  }

  @AfterEach
  void close() {
    bed.close();
  }

  private TamperedLink tampered(Function<String, Fate> fates) {
    return new TamperedLink(bed.link, fates);
  }

  private PrekeyStore over(TamperedLink link) {
    return new RedisPrekeyStore(link, PoolBed.CONFIG, bed.metrics, ClaimListener.NONE);
  }

  private JsonObject claim(TamperedLink link) {
    return PoolBed.onlyDevice(bed.await(() -> over(link).claim(bed.target(1), PoolBed.ANYONE)));
  }

  private GatewayException failure(TamperedLink link) {
    return assertThrows(
        GatewayException.class,
        () -> bed.await(() -> over(link).claim(bed.target(1), PoolBed.ANYONE)));
  }

  @Test
  void aClaimIsTwoPopsAndThenOneReadInOneTick() {
    bed.upload(1, bed.whole(bed.keys.ecs(1, 2), bed.keys.kems(1, 2)));
    TamperedLink link = tampered(command -> Fate.ANSWERED);
    claim(link);
    assertEquals(
        List.of(
            "lpop " + bed.names.pool(Identity.ACI, "ec", 1),
            "lpop " + bed.names.pool(Identity.ACI, "kem", 1),
            "hmget " + bed.names.keys(Identity.ACI, 1)),
        link.sent);
  }

  @Test
  void servesTheKeysInTheOrderOfTheirUpload() {
    var ecs = bed.keys.ecs(1, 20);
    bed.upload(1, bed.whole(ecs, bed.keys.kems(1, 3)));
    assertEquals(PoolBed.texts(ecs), bed.drain(1));
    JsonObject last = bed.claim(1);
    assertNull(PoolBed.ecKey(last));
    assertEquals(1001, last.getInteger("registrationId"));
    assertNotNull(PoolBed.kemKey(last));
    assertEquals(20, bed.metrics.of("ec ONE_TIME"));
    assertEquals(3, bed.metrics.of("kem ONE_TIME"));
  }

  @Test
  void claimsFromAllDevicesInTwoRoundTripsAndLeavesOutThoseWithoutKeys() {
    bed.addDevice(12);
    bed.addDevice(3);
    bed.addDevice(2);
    for (int device : new int[] {1, 12, 2}) {
      bed.upload(device, bed.whole(bed.keys.ecs(device, 2), bed.keys.kems(device, 2)));
    }
    JsonObject json = PoolBed.json(bed.claimResult(ClaimTarget.ALL_DEVICES));
    JsonArray devices = json.getJsonArray("devices");
    assertEquals(PoolBed.text(bed.keys.identityKey()), json.getString("identityKey"));
    assertEquals(3, devices.size());
    assertEquals(1, devices.getJsonObject(0).getInteger("deviceId"));
    assertEquals(2, devices.getJsonObject(1).getInteger("deviceId"));
    assertEquals(12, devices.getJsonObject(2).getInteger("deviceId"));
    assertEquals(1012, devices.getJsonObject(2).getInteger("registrationId"));
    assertEquals(1, bed.count(12, Pool.KEM));
  }

  @Test
  void tellsWhatIsMissing() {
    ClaimTarget unknown = new ClaimTarget(UUID.randomUUID(), Identity.ACI, 0);
    assertEquals(Refused.NO_ACCOUNT, bed.await(() -> bed.store.claim(unknown, PoolBed.ANYONE)));
    assertEquals(Refused.NO_DEVICE, bed.claimResult(5));
    assertEquals(Refused.NO_KEYS, bed.claimResult(ClaimTarget.ALL_DEVICES));
    bed.upload(1, new VerifiedUpload(bed.keys.identityKey(), true, null, null, null, List.of()));
    assertEquals(Refused.NO_KEYS, bed.claimResult(1));
  }

  @Test
  void aPopThatRacesWithAnotherIdentityKeyNeverServesAKeyOfTheOldOne() {
    bed.upload(1, bed.whole(bed.keys.ecs(1, 5), bed.keys.kems(1, 5)));
    SignalKeys fresh = new SignalKeys();
    var newKey = fresh.ec(50);
    VerifiedUpload upload =
        new VerifiedUpload(
            fresh.identityKey(),
            true,
            SignedKeyCodec.pack(fresh.signed(9)),
            null,
            null,
            List.of(PoolBatch.ofEc(List.of(newKey))));
    AtomicInteger reads = new AtomicInteger();
    TamperedLink link = tampered(command -> Fate.ANSWERED);
    // Between the pops and the read the owner starts anew, with one key of its own.
    link.before =
        command ->
            command.startsWith("hmget") && reads.incrementAndGet() == 1
                ? bed.store.upload(bed.device(1), Identity.ACI, upload)
                : Future.succeededFuture();
    JsonObject device = claim(link);
    assertEquals(PoolBed.text(newKey.publicKey()), PoolBed.ecKey(device));
    assertFalse(device.containsKey("pqPreKey"));
    assertEquals(9, device.getJsonObject("signedPreKey").getInteger("keyId"));
    assertEquals(2, bed.metrics.of("burned EPOCH"));
    assertEquals(2, reads.get());
  }

  @Test
  void afterTwoRepeatsADeviceIsServedWithoutAOneTimeKey() {
    bed.upload(1, bed.whole(List.of(), List.of()));
    String pool = bed.names.pool(Identity.ACI, "ec", 1);
    byte[] stale = new byte[37];
    for (int i = 0; i < 5; i++) {
      redis.command("RPUSH", pool, stale);
    }
    TamperedLink link = tampered(command -> Fate.ANSWERED);
    JsonObject device = claim(link);
    assertNull(PoolBed.ecKey(device));
    assertEquals(3, bed.metrics.of("burned EPOCH"));
    assertEquals(2, bed.count(1, Pool.EC));
    assertEquals(3, link.sent.stream().filter(command -> command.startsWith("hmget")).count());
  }

  @Test
  void aStaleKeyOfOnePoolDoesNotBurnTheOtherPoolsKey() {
    var kems = bed.keys.kems(1, 3);
    bed.upload(1, bed.whole(List.of(), kems));
    redis.command("RPUSH", bed.names.pool(Identity.ACI, "ec", 1), new byte[37]);
    JsonObject device = bed.claim(1);
    assertEquals(PoolBed.text(kems.get(0).publicKey()), PoolBed.kemKey(device));
    assertEquals(2, bed.count(1, Pool.KEM));
  }

  @Test
  void aLostReadFailsTheClaimAndBurnsWhatWasPopped() {
    bed.upload(1, bed.whole(bed.keys.ecs(1, 2), bed.keys.kems(1, 2)));
    TamperedLink link =
        tampered(command -> command.startsWith("hmget") ? Fate.LOST : Fate.ANSWERED);
    assertEquals(ErrorCode.REDIS_UNAVAILABLE, failure(link).code());
    assertEquals(3, link.sent.size());
    assertEquals(2, bed.metrics.of("burned READ_FAILED"));
    assertEquals(1, bed.count(1, Pool.EC));
    assertEquals(1, bed.count(1, Pool.KEM));
  }

  @Test
  void aLostPopIsNotRepeatedAndTheOtherKeyIsServed() {
    var kems = bed.keys.kems(1, 2);
    bed.upload(1, bed.whole(bed.keys.ecs(1, 2), kems));
    TamperedLink link = tampered(command -> command.contains(":ec:") ? Fate.LOST : Fate.ANSWERED);
    JsonObject device = claim(link);
    assertNull(PoolBed.ecKey(device));
    assertEquals(PoolBed.text(kems.get(0).publicKey()), PoolBed.kemKey(device));
    assertEquals(3, link.sent.size());
    assertEquals(1, bed.count(1, Pool.EC));
  }

  @Test
  void aLostPopFailsTheClaimWhereTheOtherPoolIsEmpty() {
    bed.upload(1, bed.whole(bed.keys.ecs(1, 2), List.of()));
    TamperedLink link = tampered(command -> command.contains(":ec:") ? Fate.LOST : Fate.ANSWERED);
    assertEquals(ErrorCode.REDIS_UNAVAILABLE, failure(link).code());
    assertEquals(1, bed.count(1, Pool.EC));
  }

  @Test
  void nothingIsPoppedWhileRedisIsNotUsable() {
    bed.upload(1, bed.whole(bed.keys.ecs(1, 2), List.of()));
    TamperedLink link = tampered(command -> Fate.ANSWERED);
    link.usable = false;
    assertEquals(ErrorCode.REDIS_UNAVAILABLE, failure(link).code());
    assertThrows(
        GatewayException.class,
        () -> bed.await(() -> over(link).claimOnce(bed.target(1), PoolBed.ANYONE, "a0")));
    assertEquals(List.of(), link.sent);
  }

  @Test
  void aDeviceWithAnotherIdentityKeyThanTheFirstIsLeftOut() {
    bed.addDevice(2);
    bed.upload(1, bed.whole(bed.keys.ecs(1, 2), List.of()));
    bed.upload(2, bed.whole(bed.keys.ecs(1, 2), List.of()));
    redis.command(
        "HSET", bed.names.keys(Identity.ACI, 2), "identity", new SignalKeys().identityKey());
    JsonObject json = PoolBed.json(bed.claimResult(ClaimTarget.ALL_DEVICES));
    assertEquals(1, json.getJsonArray("devices").size());
    assertEquals(1, bed.metrics.of("burned NOT_SERVABLE"));
  }
}
