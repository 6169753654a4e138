package io.restante.prekey;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.prekey.UploadResult.Status;
import io.restante.protocol.DeviceAddress;
import io.restante.protocol.EcPrekey;
import io.restante.protocol.Identity;
import io.restante.protocol.SignedPrekey;
import io.restante.redis.AccountKeys;
import io.restante.testing.RedisServerExtension;
import io.restante.testing.RedisSnapshot;
import io.restante.testing.SignalKeys;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The reserve of a pool: what is set aside, who gets it, and every branch of its script. */
class ReserveIT {
  @RegisterExtension static final RedisServerExtension redis = new RedisServerExtension();
  private static final ClaimLimits FULL = (claimant, owner) -> Allowance.FULL;

  private final PoolBed bed = new PoolBed(redis, PoolBed.WITH_RESERVE);
  private final List<EcPrekey> ecs = bed.keys.ecs(0, 100);
  private final List<SignedPrekey> kems = bed.keys.kems(1_000, 20);

  @BeforeEach
  void register() {
    bed.addDevice(1);
  }

  @AfterEach
  void close() {
    bed.close();
  }

  private static Taker taker(int who, ClaimLimits limits) {
    return new Taker(new Claimant.Device(new DeviceAddress(new UUID(1, who), 1), 0), limits);
  }

  private JsonObject claim(Taker taker, @Nullable String record) {
    return PoolBed.onlyDevice(
        bed.await(
            () ->
                record == null
                    ? bed.store.claim(bed.target(1), taker)
                    : bed.store.claimOnce(bed.target(1), taker, record)));
  }

  /** What the main pools hold, in order. */
  private List<String> drainMain(Pool pool) {
    List<String> keys = new ArrayList<>();
    for (int left = bed.count(1, pool); ; left--) {
      JsonObject device = claim(taker(0, FULL), null);
      if (bed.count(1, pool) == left) {
        return keys;
      }
      keys.add(
          String.valueOf(pool.equals(Pool.EC) ? PoolBed.ecKey(device) : PoolBed.kemKey(device)));
    }
  }

  private Object reserveField() {
    return String.valueOf(
        redis.command("HGET", bed.names.keys(Identity.ACI, 1), DeviceKeys.RESERVE_FIELD));
  }

  private String reserve() {
    return bed.names.tag() + AccountKeys.reserveBeginning(Identity.ACI, "") + 1;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 9, 10, 19, 20, 99, 100})
  void theLastTenthIsSetAsideAndCountsLikeTheRest(int size) {
    bed.upload(1, bed.whole(bed.keys.ecs(0, size), List.of()));
    assertEquals(size, bed.count(1, Pool.EC));
    assertEquals(0, bed.count(1, Pool.KEM));
    assertEquals(size - size / 10, drainMain(Pool.EC).size());
    assertEquals(size / 10, bed.count(1, Pool.EC));
  }

  @Test
  void noMoreIsSetAsideThanTheSetting() {
    PrekeyConfig two =
        new PrekeyConfig(100, 4_096, 256, 60_000, 500, new ReserveConfig(2, 3, 3_600));
    PrekeyStore store = new RedisPrekeyStore(bed.link, two, bed.metrics, ClaimListener.NONE);
    bed.await(() -> store.upload(bed.device(1), Identity.ACI, bed.whole(ecs, List.of())));
    assertEquals("2:0", reserveField());
    assertEquals(98, drainMain(Pool.EC).size());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theEntitledGetItInOrderOnceEachAfterThePoolIsEmpty(boolean once) {
    bed.upload(1, bed.whole(ecs, kems));
    assertEquals(PoolBed.texts(ecs).subList(0, 90), drainMain(Pool.EC));
    assertEquals("10:2", reserveField());
    for (int who = 1; who <= 2; who++) {
      JsonObject first = claim(taker(who, ClaimLimits.NONE), once ? "a" + who : null);
      assertEquals(PoolBed.texts(ecs).get(89 + who), PoolBed.ecKey(first));
      assertEquals(1_017 + who, first.getJsonObject("pqPreKey").getInteger("keyId"));
      JsonObject second = claim(taker(who, ClaimLimits.NONE), once ? "b" + who : null);
      assertNull(PoolBed.ecKey(second));
      assertEquals(1, second.getJsonObject("pqPreKey").getInteger("keyId"));
    }
    assertNull(PoolBed.ecKey(claim(taker(3, FULL), once ? "c3" : null)));
    assertEquals("8:0", reserveField());
    assertEquals(8, bed.count(1, Pool.EC));
    assertEquals(
        PoolBed.texts(ecs).get(92), PoolBed.ecKey(claim(taker(3, ClaimLimits.NONE), null)));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whoMayTakeFromItOnlyLeavesThePoolAlone(boolean once) {
    bed.upload(1, bed.whole(ecs, kems));
    ClaimLimits reserveOnly = (claimant, owner) -> Allowance.RESERVE_ONLY;
    JsonObject first = claim(taker(1, reserveOnly), once ? "a1" : null);
    assertEquals(PoolBed.texts(ecs).get(90), PoolBed.ecKey(first));
    assertNull(PoolBed.ecKey(claim(taker(1, reserveOnly), once ? "b1" : null)));
    assertEquals("9:1", reserveField());
    assertEquals(once ? 0 : 2, bed.metrics.of("reserve"));
    assertEquals(PoolBed.texts(ecs).subList(0, 90), drainMain(Pool.EC));
    Taker anonymous = new Taker(new Claimant.Anonymous(new byte[16], "::1"), reserveOnly);
    assertNull(PoolBed.ecKey(claim(anonymous, once ? "c1" : null)));
    assertEquals("9:1", reserveField());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anonymousClaimantsGetNothingOfIt(boolean once) {
    bed.upload(1, bed.whole(ecs, List.of()));
    drainMain(Pool.EC);
    Taker anonymous = new Taker(new Claimant.Anonymous(new byte[16], "::1"), ClaimLimits.NONE);
    assertNull(PoolBed.ecKey(claim(anonymous, once ? "a0" : null)));
    assertEquals(10, bed.count(1, Pool.EC));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void withoutLimitsWhatIsThereIsForEveryoneAndNobodyIsRecorded(boolean once) {
    bed.upload(1, bed.whole(ecs, List.of()));
    drainMain(Pool.EC);
    PrekeyStore store =
        new RedisPrekeyStore(bed.link, PoolBed.CONFIG, bed.metrics, ClaimListener.NONE);
    for (int i = 0; i < 10; i++) {
      String record = "a" + i;
      ClaimResult result =
          bed.await(
              () ->
                  once
                      ? store.claimOnce(bed.target(1), PoolBed.ANYONE, record)
                      : store.claim(bed.target(1), PoolBed.ANYONE));
      assertEquals(PoolBed.texts(ecs).get(90 + i), PoolBed.ecKey(PoolBed.onlyDevice(result)));
    }
    assertEquals(0, bed.count(1, Pool.EC));
    assertEquals(0L, redis.command("EXISTS", bed.names.takers(1)));
  }

  @Test
  void takersAreRememberedForATimeAndOnlySoMany() {
    bed.upload(1, bed.whole(ecs, List.of()));
    drainMain(Pool.EC);
    for (int who = 1; who <= 4; who++) {
      claim(taker(who, ClaimLimits.NONE), null);
    }
    assertEquals(24L, redis.command("STRLEN", bed.names.takers(1)));
    Object ttl = redis.command("TTL", bed.names.takers(1));
    assertTrue(ttl instanceof Long seconds && seconds > 3_000 && seconds <= 3_600);
    assertNull(PoolBed.ecKey(claim(taker(4, ClaimLimits.NONE), null)));
    // The first of four was forgotten by a record of three.
    assertEquals(
        PoolBed.texts(ecs).get(94), PoolBed.ecKey(claim(taker(1, ClaimLimits.NONE), null)));
  }

  @Test
  void aRepeatedUploadKeepsWhatWaitsInTheReserve() {
    bed.upload(1, bed.whole(ecs, List.of()));
    drainMain(Pool.EC);
    claim(taker(1, ClaimLimits.NONE), null);
    Map<String, String> before = RedisSnapshot.of(redis);
    UploadResult again = bed.upload(1, bed.oneTime(ecs, List.of()));
    assertEquals(new UploadResult(Status.STORED, 9, 91), again);
    assertEquals(before, RedisSnapshot.of(redis));
    List<EcPrekey> more = new ArrayList<>(ecs);
    more.add(bed.keys.ec(500));
    assertEquals(
        new UploadResult(Status.STORED, 10, 91), bed.upload(1, bed.oneTime(more, List.of())));
    assertEquals("1:0", reserveField());
    assertEquals(PoolBed.texts(ecs).subList(91, 100), drainMain(Pool.EC));
  }

  @Test
  void anUploadToOnePoolLeavesTheOthersReserve() {
    bed.upload(1, bed.whole(ecs, kems));
    bed.upload(1, bed.oneTime(bed.keys.ecs(200, 50), List.of()));
    assertEquals("5:2", reserveField());
    bed.upload(1, bed.oneTime(List.of(), bed.keys.kems(2_000, 9)));
    assertEquals("5:0", reserveField());
    assertEquals(50, bed.count(1, Pool.EC));
    assertEquals(9, bed.count(1, Pool.KEM));
    assertEquals(5L, redis.command("LLEN", reserve()));
  }

  @Test
  void anotherIdentityKeyTakesTheReserveToo() {
    bed.upload(1, bed.whole(ecs, kems));
    byte[] fresh = new SignalKeys().identityKey();
    bed.upload(1, new VerifiedUpload(fresh, true, null, null, null, List.of()));
    assertEquals(0, bed.count(1, Pool.EC));
    assertEquals(0L, redis.command("EXISTS", reserve()));
  }

  @Test
  void theScriptTakesNothingWhereTheEpochIsAnotherOne() {
    bed.upload(1, bed.whole(ecs, kems));
    Map<String, String> before = RedisSnapshot.of(redis);
    ReserveScript.Reply reply = take(2, "lr");
    assertNull(reply.left());
    assertNull(reply.right());
    assertEquals(before, RedisSnapshot.of(redis));
  }

  @Test
  void theScriptBurnsEntriesOfAnEarlierEpochAndTakesTheNext() {
    bed.upload(1, bed.whole(ecs, List.of()));
    redis.command("LPUSH", reserve(), "l\u007f\u007fstale", "l\u007f\u007fstale");
    ReserveScript.Reply reply = take(1, "lr");
    assertEquals(2, reply.burned());
    assertEquals(37, Objects.requireNonNull(reply.of(Pool.End.LEFT)).length);
    assertNull(reply.of(Pool.End.RIGHT));
    assertEquals(9L, redis.command("LLEN", reserve()));
  }

  @Test
  void theScriptTakesOnlyFromTheEndThatIsWanted() {
    bed.upload(1, bed.whole(ecs, kems));
    assertNull(take(1, "r").left());
    assertEquals("10:1", reserveField());
  }

  private ReserveScript.Reply take(long epoch, String ends) {
    ReserveScript script = new ReserveScript(bed.link, PoolBed.WITH_RESERVE.reserve());
    return bed.await(
        () ->
            script.run(
                ClaimShape.signal(Identity.ACI),
                bed.device(1),
                epoch,
                ends,
                taker(1, FULL).claimant()));
  }
}
