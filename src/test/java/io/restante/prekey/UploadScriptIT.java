package io.restante.prekey;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.prekey.UploadResult.Status;
import io.restante.protocol.EcPrekey;
import io.restante.protocol.Identity;
import io.restante.protocol.SignedPrekey;
import io.restante.testing.RedisServerExtension;
import io.restante.testing.RedisSnapshot;
import io.restante.testing.SignalKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every branch of {@code prekey/upload}, and what its ledger promises. */
class UploadScriptIT {
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

  private static List<?> list(@Nullable Object reply) {
    return reply instanceof List<?> items ? items : List.of();
  }

  private void assertRefused(Status expected, UploadResult result, Map<String, String> before) {
    assertEquals(new UploadResult(expected, 0, 0), result);
    assertEquals(before, RedisSnapshot.of(redis));
  }

  @Test
  void storesAllOfAnUploadAndSaysHowMuchItKept() {
    SignalKeys keys = bed.keys;
    UploadResult result = bed.upload(1, bed.whole(keys.ecs(1, 100), keys.kems(1, 3)));
    assertEquals(new UploadResult(Status.STORED, 103, 0), result);
    assertEquals(100, bed.count(1, Pool.EC));
    assertEquals(3, bed.count(1, Pool.KEM));
    assertEquals("1001", redis.command("HGET", bed.names.keys(Identity.ACI, 1), "reg"));
    assertEquals(
        37L * 2,
        list(redis.command("LRANGE", ecPool(), 0, 1)).stream()
            .mapToLong(entry -> entry.toString().length())
            .sum());
  }

  private String ecPool() {
    return bed.names.pool(Identity.ACI, "ec", 1);
  }

  private String ecLedger() {
    return String.valueOf(redis.command("HGET", bed.names.ledger(Identity.ACI, 1), "ec"));
  }

  @Test
  void anUploadOfNoListsIsStoredToo() {
    UploadScript script = new UploadScript(bed.link, PoolBed.CONFIG, 0, 0);
    VerifiedUpload upload =
        new VerifiedUpload(bed.keys.identityKey(), true, null, null, null, List.of());
    assertEquals(
        new UploadResult(Status.STORED, 0, 0),
        bed.await(() -> script.run(bed.device(1), Identity.ACI, UploadScript.Parts.of(upload))));
    assertTrue(bed.await(() -> bed.store.keys(bed.device(1), Identity.ACI)).epoch() > 0);
  }

  @Test
  void takesTheRegistrationIdOfTheIdentity() {
    bed.await(() -> bed.store.upload(bed.device(1), Identity.PNI, bed.whole(List.of(), List.of())));
    assertEquals("2001", redis.command("HGET", bed.names.keys(Identity.PNI, 1), "reg"));
  }

  @Test
  void refusesADeviceThatIsGoneAndAnAccountThatIsATombstone() {
    Map<String, String> before = RedisSnapshot.of(redis);
    assertRefused(Status.NO_DEVICE, bed.upload(2, bed.whole(List.of(), List.of())), before);
    redis.command("HSET", bed.names.account(), "gone", 1);
    before = RedisSnapshot.of(redis);
    assertRefused(Status.NO_DEVICE, bed.upload(1, bed.whole(List.of(), List.of())), before);
  }

  @Test
  void refusesWhatNamesNoIdentityKeyWhereNoneIsStored() {
    Map<String, String> before = RedisSnapshot.of(redis);
    UploadResult result = bed.upload(1, bed.oneTime(bed.keys.ecs(1, 1), List.of()));
    assertRefused(Status.NO_IDENTITY, result, before);
  }

  @Test
  void refusesSignaturesOfAnIdentityKeyThatWasReplacedMeanwhile() {
    VerifiedUpload late = bed.oneTime(bed.keys.ecs(1, 5), List.of());
    redis.command(
        "HSET", bed.names.keys(Identity.ACI, 1), "identity", new SignalKeys().identityKey());
    Map<String, String> before = RedisSnapshot.of(redis);
    assertRefused(Status.IDENTITY_CHANGED, bed.upload(1, late), before);
  }

  @Test
  void refusesAnotherIdentityKeyFromALinkedDevice() {
    bed.addDevice(2);
    bed.upload(1, bed.whole(List.of(), List.of()));
    Map<String, String> before = RedisSnapshot.of(redis);
    SignalKeys foreign = new SignalKeys();
    VerifiedUpload upload =
        new VerifiedUpload(foreign.identityKey(), true, null, null, null, List.of());
    assertRefused(Status.FOREIGN_IDENTITY, bed.upload(2, upload), before);
    assertEquals(Status.STORED, bed.upload(2, bed.whole(List.of(), List.of())).status());
  }

  @Test
  void anotherIdentityKeyBeginsANewEpochAndTakesAllDevicesPoolsAndSignedKeys() {
    bed.addDevice(2);
    SignalKeys keys = bed.keys;
    bed.upload(1, bed.whole(keys.ecs(1, 5), keys.kems(1, 2)));
    bed.upload(2, bed.whole(keys.ecs(1, 5), keys.kems(1, 2)));
    long before = bed.await(() -> bed.store.keys(bed.device(2), Identity.ACI)).epoch();
    SignalKeys fresh = new SignalKeys();
    VerifiedUpload upload =
        new VerifiedUpload(
            fresh.identityKey(), true, null, null, null, List.of(PoolBatch.ofEc(keys.ecs(9, 1))));
    assertEquals(new UploadResult(Status.STORED, 1, 0), bed.upload(1, upload));
    for (int device : new int[] {1, 2}) {
      DeviceKeys stored = bed.await(() -> bed.store.keys(bed.device(device), Identity.ACI));
      assertEquals(PoolBed.text(fresh.identityKey()), PoolBed.text(stored.requireIdentity()));
      assertTrue(stored.epoch() > before);
      assertNull(stored.signed());
      assertNull(stored.last());
      assertEquals(0, bed.count(device, Pool.KEM));
    }
    assertEquals(1, bed.count(1, Pool.EC));
    assertEquals(0, bed.count(2, Pool.EC));
  }

  @Test
  void theSameIdentityKeyNamedAgainLeavesThePoolsAndTheEpoch() {
    bed.upload(1, bed.whole(bed.keys.ecs(1, 5), List.of()));
    long epoch = bed.await(() -> bed.store.keys(bed.device(1), Identity.ACI)).epoch();
    bed.upload(1, bed.whole(List.of(), List.of()));
    assertEquals(5, bed.count(1, Pool.EC));
    assertEquals(epoch, bed.await(() -> bed.store.keys(bed.device(1), Identity.ACI)).epoch());
  }

  @Test
  void anEmptyListLeavesThePoolAndANonEmptyOneReplacesIt() {
    List<EcPrekey> second = bed.keys.ecs(50, 3);
    bed.upload(1, bed.whole(bed.keys.ecs(1, 5), List.of()));
    bed.upload(1, bed.oneTime(List.of(), List.of()));
    assertEquals(5, bed.count(1, Pool.EC));
    bed.upload(1, bed.oneTime(second, List.of()));
    assertEquals(PoolBed.texts(second), bed.drain(1));
  }

  @Test
  void aRepeatedUploadNeverBringsAnIssuedKeyBack() {
    List<EcPrekey> ecs = bed.keys.ecs(1, 100);
    List<SignedPrekey> kems = bed.keys.kems(1, 10);
    bed.upload(1, bed.whole(ecs, kems));
    List<String> issued = new ArrayList<>();
    List<String> issuedKem = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      var claimed = bed.claim(1);
      issued.add(String.valueOf(PoolBed.ecKey(claimed)));
      issuedKem.add(String.valueOf(PoolBed.kemKey(claimed)));
    }
    UploadResult again = bed.upload(1, bed.oneTime(ecs, kems));
    assertEquals(new UploadResult(Status.STORED, 96 + 6, 4 + 4), again);
    assertEquals(6, bed.count(1, Pool.KEM));
    for (int i = 0; i < 6; i++) {
      var claimed = bed.claim(1);
      assertFalse(issued.contains(PoolBed.ecKey(claimed)));
      assertFalse(issuedKem.contains(PoolBed.kemKey(claimed)));
    }
    assertEquals(PoolBed.texts(ecs).subList(10, 100), bed.drain(1));
    assertEquals(100, bed.upload(1, bed.oneTime(ecs, List.of())).dropped());
    assertEquals(List.of(), bed.drain(1));
  }

  @Test
  void aKnownKeyUnderAnotherIdIsDroppedWhetherItWasIssuedOrWaits() {
    SignedPrekey issued = bed.keys.kem(1);
    SignedPrekey waits = bed.keys.kem(2);
    bed.upload(1, bed.whole(List.of(), List.of(issued, waits)));
    bed.claim(1);
    UploadResult result =
        bed.upload(
            1,
            bed.oneTime(
                List.of(),
                List.of(SignalKeys.renumbered(issued, 77), SignalKeys.renumbered(waits, 78))));
    assertEquals(new UploadResult(Status.STORED, 0, 2), result);
    var served = bed.claim(1).getJsonObject("pqPreKey");
    assertEquals(2, served.getInteger("keyId"));
    assertEquals(PoolBed.text(waits.publicKey()), served.getString("publicKey"));
  }

  @Test
  void ofTwoEqualKeysInOneBatchTheFirstIsKept() {
    EcPrekey one = bed.keys.ec(1);
    EcPrekey twin = new EcPrekey(2, one.publicKey());
    UploadResult result = bed.upload(1, bed.whole(List.of(one, twin, twin), List.of()));
    assertEquals(new UploadResult(Status.STORED, 1, 2), result);
    assertEquals(1, bed.claim(1).getJsonObject("preKey").getInteger("keyId"));
    assertNull(PoolBed.ecKey(bed.claim(1)));
  }

  @Test
  void aDelayedDuplicateOfAnOldUploadDoesNotEmptyANewerPool() {
    List<EcPrekey> old = bed.keys.ecs(1, 10);
    List<EcPrekey> newer = bed.keys.ecs(11, 10);
    bed.upload(1, bed.whole(old, List.of()));
    bed.upload(1, bed.oneTime(newer, List.of()));
    assertEquals(
        new UploadResult(Status.STORED, 0, 10), bed.upload(1, bed.oneTime(old, List.of())));
    assertEquals(PoolBed.texts(newer), bed.drain(1));
  }

  @Test
  void aDelayedDuplicateDoesNotShrinkTheNewerPoolToWhatBothHave() {
    List<EcPrekey> old = bed.keys.ecs(1, 10);
    List<EcPrekey> newer = new ArrayList<>(old.subList(5, 10));
    newer.addAll(bed.keys.ecs(11, 5));
    bed.upload(1, bed.whole(old, List.of()));
    bed.upload(1, bed.oneTime(newer, List.of()));
    assertEquals(new UploadResult(Status.STORED, 5, 5), bed.upload(1, bed.oneTime(old, List.of())));
    assertEquals(PoolBed.texts(newer), bed.drain(1));
  }

  @Test
  void oneNewKeyIsEnoughToReplaceThePoolAndOfTheKnownOnesThoseThatWaitStay() {
    List<EcPrekey> first = bed.keys.ecs(1, 10);
    bed.upload(1, bed.whole(first, List.of()));
    bed.claim(1);
    bed.claim(1);
    List<EcPrekey> second = new ArrayList<>(first.subList(0, 4));
    second.add(bed.keys.ec(20));
    assertEquals(
        new UploadResult(Status.STORED, 3, 2), bed.upload(1, bed.oneTime(second, List.of())));
    assertEquals(PoolBed.texts(second.subList(2, 5)), bed.drain(1));
  }

  @Test
  void theAgeOfASignedPrekeyIsThatOfItsFirstUpload() {
    bed.upload(1, bed.whole(List.of(), List.of()));
    String keys = bed.names.keys(Identity.ACI, 1);
    long uploaded = bed.await(() -> bed.store.keys(bed.device(1), Identity.ACI)).signedAtSeconds();
    assertTrue(Math.abs(uploaded - System.currentTimeMillis() / 1_000) < 600);
    redis.command("HSET", keys, "signed-at", 5);
    byte[] same =
        SignedKeyCodec.pack(
            bed.await(() -> bed.store.keys(bed.device(1), Identity.ACI)).signedPrekey().get());
    bed.upload(1, new VerifiedUpload(bed.keys.identityKey(), false, same, null, null, List.of()));
    assertEquals("5", redis.command("HGET", keys, "signed-at"));
    bed.upload(1, bed.whole(List.of(), List.of()));
    assertNotEquals("5", redis.command("HGET", keys, "signed-at"));
  }

  @Test
  void theLedgerReaches4096KeysBackAndNoFurther() {
    List<EcPrekey> first = bed.keys.ecs(0, 100);
    bed.upload(1, bed.whole(first, List.of()));
    // 4,100 in all, so that just the four oldest are forgotten.
    for (int i = 0; i < 40; i++) {
      bed.upload(1, bed.oneTime(bed.keys.ecs(i, 100), List.of()));
    }
    assertEquals(4_096 * 8, ecLedger().length());
    UploadResult forgotten = bed.upload(1, bed.oneTime(first.subList(0, 4), List.of()));
    assertEquals(new UploadResult(Status.STORED, 4, 0), forgotten);
    // Those four pushed the next four out; all the others are still known.
    UploadResult known = bed.upload(1, bed.oneTime(first.subList(8, 100), List.of()));
    assertEquals(new UploadResult(Status.STORED, 0, 92), known);
    assertEquals(4_096 * 8, ecLedger().length());
    assertEquals(PoolBed.texts(first.subList(0, 4)), bed.drain(1));
  }

  @Test
  void aRepeatedFingerprintIsTheNewestAgainAndThoseOfThePoolAreNeverTrimmed() {
    List<EcPrekey> pool = bed.keys.ecs(0, 100);
    bed.upload(1, bed.whole(pool, List.of()));
    for (int i = 0; i < 3; i++) {
      bed.upload(1, bed.oneTime(bed.keys.ecs(0, 100), List.of()));
    }
    String before = ecLedger();
    bed.upload(1, bed.oneTime(pool, List.of()));
    String after = ecLedger();
    assertEquals(before.length(), after.length());
    assertEquals(before.substring(0, 800), after.substring(after.length() - 800));
    assertNotEquals(before, after);
  }

  @Test
  void theLedgerSurvivesARemovedDeviceAndAReRegistration() {
    List<EcPrekey> ecs = bed.keys.ecs(1, 5);
    bed.upload(1, bed.whole(ecs, List.of()));
    redis.command("DEL", bed.names.keys(Identity.ACI, 1), ecPool());
    UploadResult again = bed.upload(1, bed.whole(ecs, List.of()));
    assertEquals(new UploadResult(Status.STORED, 0, 5), again);
    assertEquals(List.of(), bed.drain(1));
  }

  @Test
  void lastResortKeyOfGenerationAIsStoredAndServed() {
    EcPrekey last = bed.keys.ec(0xFFFFFF);
    VerifiedUpload upload =
        new VerifiedUpload(
            bed.keys.identityKey(),
            true,
            SignedKeyCodec.pack(bed.keys.signed(1)),
            null,
            EcEntryCodec.packLastResort(last),
            List.of());
    bed.upload(1, upload);
    var device = bed.claim(1);
    assertEquals(0xFFFFFF, device.getJsonObject("preKey").getInteger("keyId"));
    assertEquals(PoolBed.text(last.publicKey()), PoolBed.ecKey(device));
    assertFalse(device.containsKey("pqPreKey"));
  }
}
