package io.restante.prekey;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.account.AccountCaches;
import io.restante.account.AccountConfig;
import io.restante.account.Directory;
import io.restante.account.RedisDirectory;
import io.restante.account.Revocations;
import io.restante.prekey.ClaimResult.Refused;
import io.restante.prekey.TamperedLink.Fate;
import io.restante.protocol.Destination;
import io.restante.protocol.DeviceAddress;
import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.restante.protocol.IdempotencyKey;
import io.restante.protocol.Identity;
import io.restante.testing.RedisServerExtension;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What claims are counted as, and what of them is told: each of them once. */
class ClaimCountsIT {
  @RegisterExtension static final RedisServerExtension redis = new RedisServerExtension();
  private static final String KEY = "12345678";
  private static final PoolName MLS = new PoolName("mls");
  private static final PoolName OTHER = new PoolName("other");
  private static final String UNKNOWN = UUID.randomUUID().toString();
  private static final Claimant.Device CALLER =
      new Claimant.Device(new DeviceAddress(new UUID(0, 7), 1), 0);

  private final PoolBed bed = new PoolBed(redis);
  private final List<String> heard = new ArrayList<>();
  private final List<Integer> asked = new ArrayList<>();

  /** Three devices: of the last one there is nothing but its epoch. */
  @BeforeEach
  void fill() {
    for (int device = 1; device <= 3; device++) {
      bed.addDevice(device);
    }
    for (int device = 1; device <= 2; device++) {
      bed.upload(device, bed.whole(bed.keys.ecs(device * 10, 5), bed.keys.kems(100, 5)));
    }
    redis.command("HSET", bed.names.keys(Identity.ACI, 3), "epoch", 1);
    NamedEntry entry = new NamedEntry(null, new byte[] {1});
    NamedPoolUpload upload = new NamedPoolUpload(MLS, List.of(entry), null, false, 0);
    bed.await(() -> pools().upload(bed.device(1), upload));
    bed.metrics.clear();
  }

  @AfterEach
  void close() {
    bed.close();
  }

  private PrekeyStore store(PrekeyConfig config) {
    return new RedisPrekeyStore(bed.link, config, bed.metrics, this::hear);
  }

  private NamedPoolStore pools() {
    return new RedisNamedPools(
        bed.link,
        PoolBed.CONFIG,
        new NamedPoolsConfig(8, 64, 100, 16_384, 1 << 20, 60, 600),
        bed.metrics,
        this::hear);
  }

  private void hear(DeviceAddress owner, Identity identity, Pool pool, PoolOutcome outcome) {
    heard.add(owner.device() + " " + pool.name() + " " + outcome);
  }

  private Allowance ask(Claimant claimant, DeviceAddress owner) {
    asked.add(owner.device());
    return Allowance.FULL;
  }

  private Directory directory() {
    AccountConfig config = new AccountConfig(1_000, 6, 10, null);
    return new RedisDirectory(bed.link, new AccountCaches(config, new Revocations()));
  }

  private BatchClaims batches(PrekeyConfig config) {
    return new BatchClaims(directory(), store(config), pools(), this::ask, bed.metrics);
  }

  private static List<BatchClaims.Wanted> wanted(Object... accountsAndDevices) {
    List<BatchClaims.Wanted> wanted = new ArrayList<>();
    for (int i = 0; i < accountsAndDevices.length; i += 2) {
      String text = accountsAndDevices[i].toString();
      int device = (Integer) accountsAndDevices[i + 1];
      wanted.add(new BatchClaims.Wanted(text, Destination.parse(text), device));
    }
    return wanted;
  }

  private List<String> keys(@Nullable String key, List<BatchClaims.Wanted> wanted) {
    return results(
        bed.await(() -> batches(PoolBed.CONFIG).claimPrekeys(CALLER, wanted, once(key))));
  }

  private List<String> entries(
      @Nullable String key, PoolName name, List<BatchClaims.Wanted> wanted) {
    return results(
        bed.await(() -> batches(PoolBed.CONFIG).claimEntries(CALLER, name, wanted, once(key))));
  }

  private static Optional<IdempotencyKey> once(@Nullable String key) {
    return Optional.ofNullable(key).map(IdempotencyKey::new);
  }

  /** What each result says: its error, or given. */
  private static List<String> results(Buffer answer) {
    return answer.toJsonObject().getJsonArray("results").stream()
        .map(result -> ((JsonObject) result).getJsonObject("error"))
        .map(error -> error == null ? "given" : error.getString("code"))
        .toList();
  }

  private int refused(Refused reason) {
    return bed.metrics.of("refused " + reason);
  }

  private void assertRefused(int accounts, int devices, int keys, int pools) {
    assertEquals(
        List.of(accounts, devices, keys, pools),
        Stream.of(Refused.NO_ACCOUNT, Refused.NO_DEVICE, Refused.NO_KEYS, Refused.NO_POOL)
            .map(this::refused)
            .toList());
  }

  @Test
  void aReplayedBatchIsCountedAsOneAndNothingOfItIsToldAgain() {
    for (int i = 0; i < 3; i++) {
      assertEquals(List.of("given", "given"), keys(KEY, wanted(bed.aci, 1, bed.aci, 2)));
      assertEquals(List.of("given"), entries(KEY, MLS, wanted(bed.aci, 1)));
    }
    assertEquals(2, bed.metrics.of("ec ONE_TIME"));
    assertEquals(2, bed.metrics.of("kem ONE_TIME"));
    assertEquals(1, bed.metrics.of("mls ONE_TIME"));
    assertEquals(2, bed.metrics.of("signed with its age"));
    assertEquals(6, bed.metrics.of("replayed"));
    assertEquals(
        List.of(
            "1 ec ONE_TIME", "1 kem ONE_TIME", "2 ec ONE_TIME", "2 kem ONE_TIME", "1 mls ONE_TIME"),
        heard);
  }

  @Test
  void aReplayThatThePoolIsEmptyIsNotToldAgainEither() {
    entries(null, MLS, wanted(bed.aci, 1));
    for (int i = 0; i < 3; i++) {
      assertEquals(List.of("no_such_key"), entries(KEY, MLS, wanted(bed.aci, 1)));
    }
    assertEquals(List.of("1 mls ONE_TIME", "1 mls EMPTY"), heard);
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = KEY)
  void everyRefusalOfABatchIsCountedOnce(@Nullable String key) {
    List<BatchClaims.Wanted> wanted =
        wanted(UNKNOWN, 1, UNKNOWN, 2, "+49199999", 1, bed.aci, 9, bed.aci, 3, bed.aci, 1);
    assertEquals(
        List.of(
            "no_such_account",
            "no_such_account",
            "no_such_account",
            "no_such_device",
            "no_such_key",
            "given"),
        keys(key, wanted));
    assertRefused(3, 1, 1, 0);
    assertEquals(List.of("no_such_account", "given"), keys(key, wanted(UNKNOWN, 0, bed.aci, 2)));
    assertRefused(4, 1, 1, 0);
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = KEY)
  void everyRefusalOfANamedPoolIsCountedOnce(@Nullable String key) {
    assertEquals(
        List.of("no_such_account", "no_such_account", "no_such_device", "no_such_pool", "given"),
        entries(key, MLS, wanted(UNKNOWN, 1, "+49199999", 0, bed.aci, 9, bed.aci, 2, bed.aci, 1)));
    assertRefused(2, 1, 0, 1);
    assertEquals(List.of("no_such_pool"), entries(key, OTHER, wanted(bed.aci, 1)));
    assertRefused(2, 1, 0, 2);
  }

  @Test
  void aRefusalThatIsReplayedIsAReplay() {
    for (int i = 0; i < 3; i++) {
      assertEquals(List.of("no_such_pool"), entries(KEY, OTHER, wanted(bed.aci, 1)));
    }
    assertRefused(0, 0, 0, 1);
    assertEquals(2, bed.metrics.of("replayed"));
  }

  private ErrorCode refusal(String destination, int device, @Nullable String key) {
    PrekeyClaims claims =
        new PrekeyClaims(directory(), store(PoolBed.CONFIG), ClaimLimits.NONE, bed.metrics);
    return assertThrows(
            GatewayException.class,
            () ->
                bed.await(
                    () -> claims.claim(CALLER, Destination.parse(destination), device, once(key))))
        .code();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = KEY)
  void everyRefusalOfAClaimIsCountedOnce(@Nullable String key) {
    for (String account : List.of("+49199999", "PNI:" + UNKNOWN, UNKNOWN)) {
      for (int device : new int[] {1, ClaimTarget.ALL_DEVICES}) {
        assertEquals(ErrorCode.NO_SUCH_ACCOUNT, refusal(account, device, key));
      }
    }
    String aci = bed.aci.toString();
    assertEquals(ErrorCode.NO_SUCH_DEVICE, refusal(aci, 9, key));
    assertEquals(ErrorCode.NO_SUCH_KEY, refusal(aci, 3, key));
    assertRefused(6, 1, 1, 0);
    assertEquals(List.of(), heard);
  }

  @Test
  void whatWasPoppedForAnAnswerThatFailedForAnotherDeviceIsBurned() {
    String lost = bed.names.keys(Identity.ACI, 2);
    TamperedLink link =
        new TamperedLink(
            bed.link, command -> command.equals("hmget " + lost) ? Fate.LOST : Fate.ANSWERED);
    PrekeyStore store = new RedisPrekeyStore(link, PoolBed.CONFIG, bed.metrics, ClaimListener.NONE);
    assertEquals(
        ErrorCode.REDIS_UNAVAILABLE,
        assertThrows(
                GatewayException.class,
                () ->
                    bed.await(
                        () -> store.claim(bed.target(ClaimTarget.ALL_DEVICES), PoolBed.ANYONE)))
            .code());
    assertEquals(4, bed.count(1, Pool.EC));
    assertEquals(4, bed.count(2, Pool.EC));
    assertEquals(2, bed.metrics.of("burned READ_FAILED"));
    assertEquals(2, bed.metrics.of("burned OTHER_FAILED"));
  }

  private GatewayException tooMuch(PrekeyConfig config, List<BatchClaims.Wanted> wanted) {
    return assertThrows(
        GatewayException.class,
        () -> bed.await(() -> batches(config).claimPrekeys(CALLER, wanted, Optional.empty())));
  }

  @Test
  void aBatchThatIsTooLargeAsksNobodyForAnAllowance() {
    PrekeyConfig two = new PrekeyConfig(100, 4_096, 256, 60_000, 2, ReserveConfig.NONE);
    GatewayException refusal = tooMuch(two, wanted(bed.aci, ClaimTarget.ALL_DEVICES));
    assertEquals("destinations: 3 devices (expected: at most 2)", refusal.getMessage());
    assertEquals(List.of(), asked);
    assertRefused(0, 0, 0, 0);
    tooMuch(two, wanted(bed.aci, 1, UNKNOWN, ClaimTarget.ALL_DEVICES, UUID.randomUUID(), 1));
    assertEquals(List.of(), asked);
    assertEquals(5, bed.count(1, Pool.EC));
  }

  @Test
  void batchesThatAreTooManyAtOnceAskNobodyForAnAllowance() {
    PrekeyConfig two = new PrekeyConfig(100, 4_096, 256, 60_000, 2, ReserveConfig.NONE);
    BatchClaims batches = batches(two);
    List<Future<Buffer>> all = new ArrayList<>();
    bed.await(
        () -> {
          for (int i = 0; i < 5; i++) {
            all.add(batches.claimPrekeys(CALLER, wanted(bed.aci, 1, bed.aci, 2), Optional.empty()));
          }
          return Future.join(all).otherwiseEmpty();
        });
    assertEquals(4, all.stream().filter(Future::succeeded).count());
    assertTrue(
        all.get(4).cause() instanceof GatewayException refusal
            && refusal.code() == ErrorCode.OVERLOADED);
    assertEquals(8, asked.size());
  }
}
