package io.restante.prekey;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.protocol.EcPrekey;
import io.restante.protocol.Identity;
import io.restante.protocol.SignedPrekey;
import io.restante.testing.RedisServerExtension;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The promise: many callers at once on eight event loops, and no key reaches two of them. */
class ConcurrentClaimsIT {
  @RegisterExtension static final RedisServerExtension redis = new RedisServerExtension();
  private static final int LOOPS = 8;
  private static final int KEYS = 400;

  private final List<PoolBed> beds =
      IntStream.range(0, LOOPS).mapToObj(i -> new PoolBed(redis)).toList();
  private final PoolBed owner = beds.get(0);

  @BeforeEach
  void register() {
    owner.addDevice(1);
  }

  @AfterEach
  void close() {
    beds.forEach(PoolBed::close);
  }

  /** Starts so many claims on all loops at once and awaits them all. */
  private List<JsonObject> claims(int count) {
    return atOnce(count, bed -> () -> bed.store.claim(owner.target(1), PoolBed.ANYONE)).stream()
        .map(PoolBed::onlyDevice)
        .toList();
  }

  private <T> List<T> atOnce(int count, Function<PoolBed, Supplier<Future<T>>> step) {
    List<CompletableFuture<List<T>>> running = new ArrayList<>();
    for (PoolBed bed : beds) {
      running.add(
          CompletableFuture.supplyAsync(
              () ->
                  bed.loop.await(
                      () -> {
                        List<Future<T>> each = new ArrayList<>();
                        for (int i = 0; i < count / LOOPS; i++) {
                          each.add(step.apply(bed).get());
                        }
                        return Future.all(each).map(all -> all.<T>list());
                      })));
    }
    return running.stream().map(CompletableFuture::join).flatMap(List::stream).toList();
  }

  private static List<String> ecKeys(List<JsonObject> devices) {
    return devices.stream().map(PoolBed::ecKey).flatMap(Stream::ofNullable).toList();
  }

  private static List<Integer> kemIds(List<JsonObject> devices) {
    return devices.stream()
        .map(device -> device.getJsonObject("pqPreKey").getInteger("keyId"))
        .filter(id -> id >= 1_000)
        .toList();
  }

  @Test
  void everyKeyIsServedOnceAndNobodyIsToldEmptyWhileKeysRemain() {
    List<EcPrekey> ecs = owner.keys.ecs(0, KEYS);
    List<SignedPrekey> kems = owner.keys.kems(1_000, KEYS);
    owner.upload(1, owner.whole(ecs, kems));

    List<JsonObject> enough = claims(KEYS);
    assertEquals(KEYS, ecKeys(enough).size());
    assertEquals(KEYS, kemIds(enough).size());
    assertEquals(new HashSet<>(PoolBed.texts(ecs)), new HashSet<>(ecKeys(enough)));
    assertEquals(KEYS, new HashSet<>(kemIds(enough)).size());
    assertEquals(List.of(), ecKeys(claims(80)));
  }

  @Test
  void ofSixteenHundredClaimsFourHundredGetAKeyEachItsOwn() {
    List<EcPrekey> ecs = owner.keys.ecs(0, KEYS);
    owner.upload(1, owner.whole(ecs, owner.keys.kems(1_000, KEYS)));

    List<JsonObject> served = claims(4 * KEYS);
    assertEquals(4 * KEYS, served.size());
    assertEquals(KEYS, ecKeys(served).size());
    assertEquals(new HashSet<>(PoolBed.texts(ecs)), new HashSet<>(ecKeys(served)));
    assertEquals(KEYS, kemIds(served).size());
    assertEquals(KEYS, new HashSet<>(kemIds(served)).size());
  }

  @Test
  void uploadsAndTheirRepetitionsInBetweenNeverBringAKeyBack() {
    List<List<EcPrekey>> batches =
        IntStream.range(0, 20).mapToObj(i -> owner.keys.ecs(i * 100, 100)).toList();
    owner.upload(1, owner.whole(batches.get(0), List.of()));
    List<String> served = new ArrayList<>(ecKeys(claims(80)));
    CompletableFuture<Void> uploads =
        CompletableFuture.runAsync(
            () -> {
              try (PoolBed uploader = new PoolBed(redis)) {
                for (int i = 1; i < batches.size(); i++) {
                  upload(uploader, batches.get(i));
                  upload(uploader, batches.get(i));
                  upload(uploader, batches.get(i - 1));
                  upload(uploader, batches.get(i));
                }
              }
            });
    int rounds = 0;
    while (!uploads.isDone() || rounds < 10) {
      served.addAll(ecKeys(claims(80)));
      rounds++;
    }
    uploads.join();
    served.addAll(ecKeys(claims(400)));
    batches.forEach(batch -> upload(owner, batch));
    served.addAll(ecKeys(claims(400)));

    Set<String> uploaded = new HashSet<>();
    batches.forEach(batch -> uploaded.addAll(PoolBed.texts(batch)));
    assertEquals(served.size(), new HashSet<>(served).size());
    assertTrue(uploaded.containsAll(served));
    assertTrue(served.size() > 100, "only " + served.size() + " keys were served");
  }

  private void upload(PoolBed by, List<EcPrekey> batch) {
    VerifiedUpload upload = owner.oneTime(batch, List.of());
    by.loop.await(() -> by.store.upload(owner.device(1), Identity.ACI, upload));
  }

  @Test
  void oneIdempotencyKeyOnEightGatewaysAtOnceTakesOneKey() {
    owner.upload(1, owner.whole(owner.keys.ecs(0, 10), owner.keys.kems(1_000, 10)));
    List<ClaimResult> results =
        atOnce(64, bed -> () -> bed.store.claimOnce(owner.target(1), PoolBed.ANYONE, "a0"));
    Set<Buffer> answers = new HashSet<>();
    results.forEach(result -> answers.add(((ClaimResult.Claimed) result).json()));
    assertEquals(1, answers.size());
    assertEquals(9, owner.count(1, Pool.EC));
    assertEquals(9, owner.count(1, Pool.KEM));
  }

  @Test
  void claimsOfAllDevicesAndOfOneShareThePoolsWithoutSharingAKey() {
    owner.addDevice(2);
    owner.upload(1, owner.whole(owner.keys.ecs(0, 100), List.of()));
    owner.upload(2, owner.whole(owner.keys.ecs(100, 100), List.of()));
    List<String> seen = new ArrayList<>();
    List<ClaimResult> results =
        atOnce(
            800,
            bed -> {
              int device = beds.indexOf(bed) % 2 == 0 ? 1 : ClaimTarget.ALL_DEVICES;
              return () -> bed.store.claim(owner.target(device), PoolBed.ANYONE);
            });
    for (ClaimResult result : results) {
      for (Object device : PoolBed.json(result).getJsonArray("devices")) {
        Stream.ofNullable(PoolBed.ecKey((JsonObject) device)).forEach(seen::add);
      }
    }
    assertEquals(seen.size(), new HashSet<>(seen).size());
    assertEquals(200, seen.size());
  }
}
