package io.restante.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.protocol.DeviceAddress;
import io.restante.protocol.SignalingKey;
import io.restante.redis.AccountKeys;
import io.restante.redis.HeldSubscriptions;
import io.restante.redis.LookupKeys;
import io.restante.redis.RedisLink;
import io.restante.redis.RedisMetrics;
import io.restante.redis.RedisScript;
import io.restante.testing.EventLoop;
import io.restante.testing.RedisServerExtension;
import io.vertx.core.Future;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RedisCredentialsIT {
  private static final String PASSWORD = AccountBed.PASSWORD;
  private static final long DAY_MS = TimeUnit.DAYS.toMillis(1);

  @RegisterExtension static final RedisServerExtension redis = new RedisServerExtension();

  private final AccountBed bed = new AccountBed(redis);
  private final AccountBed other = new AccountBed(redis);
  private RegisteredAccount account =
      new RegisteredAccount(UUID.randomUUID(), UUID.randomUUID(), AccountBed.HANDLE);
  private String aci = "";
  private AccountKeys names = AccountKeys.of(account.aci());

  @BeforeEach
  void register() {
    account = bed.register(AccountBed.device(PASSWORD));
    aci = account.aci().toString();
    names = AccountKeys.of(account.aci());
  }

  @AfterEach
  void close() {
    bed.close();
    other.close();
  }

  private DeviceAddress link(String password) {
    return bed.link(account.aci(), AccountBed.device(password));
  }

  @Test
  void aCallerIsNamedByAciByDeviceOrByHandle() {
    DeviceAddress linked = link("the linked password");
    Caller primary = Objects.requireNonNull(other.login(aci, PASSWORD));
    assertEquals(AccountBed.primary(account), primary.address());
    assertEquals(account.pni(), primary.pni());
    assertEquals(account.handle(), primary.handle());
    assertEquals(primary, other.login(AccountBed.HANDLE.text(), PASSWORD));
    assertEquals(primary, other.login(aci + ".1", PASSWORD));
    assertEquals(
        linked, Objects.requireNonNull(other.login(aci + ".2", "the linked password")).address());
  }

  private void told(@Nullable SignalingKey key) {
    AccountAttributes attributes =
        new AccountAttributes(7, 8, false, null, false, Set.of(), null, key);
    bed.await(() -> bed.accounts.putAttributes(AccountBed.primary(account), attributes));
  }

  private @Nullable SignalingKey keyOfCaller() {
    return Objects.requireNonNull(bed.login(aci, PASSWORD)).signalingKey();
  }

  @Test
  void aCallerComesWithTheSignalingKeyThatItsDeviceToldLast() {
    assertNull(keyOfCaller());
    byte[] bytes = new byte[SignalingKey.BYTES];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (200 + i);
    }
    SignalingKey key = new SignalingKey(bytes);
    told(key);
    assertEquals(key, keyOfCaller());
    bytes[0]++;
    told(new SignalingKey(bytes));
    assertEquals(new SignalingKey(bytes), keyOfCaller());
    told(null);
    assertNull(keyOfCaller());
    told(key);
    // A new registration forgets what the old phone told.
    bed.register(AccountBed.device(PASSWORD));
    assertNull(keyOfCaller());
  }

  @Test
  void aCallerShowsNothingOfItsKeys() {
    told(new SignalingKey(new byte[SignalingKey.BYTES]));
    String shown = Objects.requireNonNull(bed.login(aci, PASSWORD)).toString();
    assertTrue(shown.contains("verifier=Verifier,"), shown);
    assertTrue(shown.endsWith("signalingKey=SignalingKey]"), shown);
  }

  @Test
  void wrongNamesAndPasswordsAreAlike() {
    for (String name :
        List.of(
            aci,
            aci + ".2",
            aci + ".0",
            aci + ".128",
            aci + ".",
            aci + ".x",
            UUID.randomUUID().toString(),
            AccountBed.HANDLE.text(),
            "+15550199",
            "PNI:" + account.pni(),
            "",
            "a name with spaces")) {
      assertNull(bed.login(name, "a wrong password"), name);
    }
    assertNull(bed.login("PNI:" + account.pni(), PASSWORD));
    assertNull(bed.login(account.pni().toString(), PASSWORD));
    assertNull(bed.login(aci, ""));
    assertNull(bed.login(aci, "x".repeat(100_000)));
  }

  @Test
  void whatIsKnownTakesNoRedisNeitherRightNorWrongNorUnknown() {
    String nobody = UUID.randomUUID().toString();
    assertNotNull(bed.login(aci, PASSWORD));
    assertNotNull(bed.login(AccountBed.HANDLE.text(), PASSWORD));
    assertNull(bed.login(nobody, PASSWORD));
    long before = commands();
    assertNotNull(bed.login(aci, PASSWORD));
    assertNotNull(bed.login(AccountBed.HANDLE.text(), PASSWORD));
    assertNull(bed.login(aci, "a wrong password"));
    assertNull(bed.login(nobody, PASSWORD));
    assertEquals(before, commands());
  }

  private long commands() {
    String stats = String.valueOf(bed.command("INFO", "commandstats"));
    long calls = 0;
    for (String line :
        stats.lines().filter(text -> text.matches("cmdstat_h(m?get|getall):.*")).toList()) {
      calls += Long.parseLong(line.replaceAll(".*calls=(\\d+),.*", "$1"));
    }
    return calls;
  }

  @Test
  void aRevocationThatIsNotHeardIsSeenWithin50Seconds() {
    Caller caller = Objects.requireNonNull(other.login(aci, PASSWORD));
    bed.register(AccountBed.device("another password"));
    assertNotNull(other.login(aci, PASSWORD));
    assertTrue(other.await(() -> other.credentials.isCurrent(caller)));
    other.later(Duration.ofSeconds(50));
    assertNull(other.login(aci, PASSWORD));
    assertFalse(other.await(() -> other.credentials.isCurrent(caller)));
  }

  @Test
  void theGatewayThatRevokesForgetsAtOnce() {
    DeviceAddress linked = link("the linked password");
    assertNotNull(bed.login(aci + ".2", "the linked password"));
    bed.await(() -> bed.accounts.removeDevice(linked));
    assertNull(bed.login(aci + ".2", "the linked password"));
    assertEquals(linked, link("a later password"));
    assertNotNull(bed.login(aci + ".2", "a later password"));
    bed.register(AccountBed.device("another password"));
    assertNull(bed.login(aci, PASSWORD));
    assertNull(bed.login(aci + ".2", "a later password"));
    assertNotNull(bed.login(aci, "another password"));
    bed.await(() -> bed.accounts.delete(account.aci()));
    assertNull(bed.login(aci, "another password"));
  }

  @Test
  void theOtherGatewayHearsOfAnotherSignalingKeyAndTheDeviceStaysKnown() {
    HeldSubscriptions ears = ears();
    Caller before = Objects.requireNonNull(other.login(aci, PASSWORD));
    SignalingKey key = new SignalingKey(new byte[SignalingKey.BYTES]);
    told(key);
    EventLoop.until(
        "the key is heard",
        () ->
            Objects.equals(key, Objects.requireNonNull(other.login(aci, PASSWORD)).signalingKey()));
    // An open socket is not closed for it.
    assertTrue(other.await(() -> other.credentials.isCurrent(before)));
    EventLoop.result(ears.close());
  }

  private HeldSubscriptions ears() {
    HeldSubscriptions ears =
        EventLoop.result(
            HeldSubscriptions.open(other.loop.vertx(), redis.config(), RedisMetrics.none()));
    other.revocations.hear(ears);
    AtomicBoolean heard = new AtomicBoolean();
    UUID nobody = UUID.randomUUID();
    other.revocations.listen(new Heard(nobody, heard));
    EventLoop.until(
        "it is heard",
        () -> {
          bed.command("PUBLISH", LookupKeys.revoked(), nobody);
          return heard.get();
        });
    return ears;
  }

  @Test
  void theOtherGatewayHearsOfARevocation() {
    HeldSubscriptions ears = ears();
    assertNull(other.login(aci + ".2", "the linked password"));
    DeviceAddress linked = link("the linked password");
    Caller caller = Objects.requireNonNull(other.login(aci, PASSWORD));
    bed.await(() -> bed.accounts.removeDevice(linked));
    bed.register(AccountBed.device("another password"));
    EventLoop.until("revoked", () -> !other.await(() -> other.credentials.isCurrent(caller)));
    assertNull(other.login(aci, PASSWORD));
    Caller later = Objects.requireNonNull(other.login(aci, "another password"));
    bed.await(() -> bed.accounts.delete(account.aci()));
    EventLoop.until("revoked", () -> !other.await(() -> other.credentials.isCurrent(later)));
    EventLoop.result(ears.close());
  }

  /** Notes that the revocation of this account was heard. */
  private record Heard(UUID aci, AtomicBoolean heard) implements Revocations.Listener {
    @Override
    public void onRevoked(UUID revoked) {
      if (revoked.equals(aci)) {
        heard.set(true);
      }
    }

    @Override
    public void onMissed() {}
  }

  @Test
  void missedSignalsDropEverything() {
    assertNotNull(other.login(aci, PASSWORD));
    bed.register(AccountBed.device("another password"));
    other.revocations.missed();
    assertNull(other.login(aci, PASSWORD));
  }

  /** Tells of a revocation between a load's question and its answer. */
  private record RevokedOnTheWay(RedisLink link, Revocations revocations, UUID aci)
      implements RedisLink {
    @Override
    public Future<@Nullable Response> send(String routingKey, Request request) {
      return link.send(routingKey, request).onSuccess(reply -> revocations.revoked(aci));
    }

    @Override
    public Future<@Nullable Response> run(
        RedisScript script, List<String> keys, List<Object> args) {
      return link.run(script, keys, args);
    }

    @Override
    public boolean isUsable() {
      return link.isUsable();
    }
  }

  @Test
  void aLoadThatBeganBeforeARevocationIsNotKept() {
    RedisLink slow = new RevokedOnTheWay(bed.link, bed.revocations, account.aci());
    RedisCredentials loading =
        new RedisCredentials(slow, bed.caches, new RedisDirectory(slow, bed.caches));
    assertTrue(bed.await(() -> loading.authenticate(aci, PASSWORD)).isPresent());
    assertNull(bed.caches.credentials().get(AccountBed.primary(account), account.aci()));
    assertNotNull(bed.login(aci, PASSWORD));
    assertNotNull(bed.caches.credentials().get(AccountBed.primary(account), account.aci()));
  }

  @Test
  void theDayOnWhichADeviceIsSeenIsNotedOnce() {
    long today = System.currentTimeMillis() / DAY_MS * DAY_MS;
    bed.command("HSET", names.device(1), "lastSeen", today - DAY_MS);
    assertNull(bed.login(aci, "a wrong password"));
    assertEquals(Long.toString(today - DAY_MS), bed.hash(names.device(1)).get("lastSeen"));
    assertNotNull(bed.login(aci, PASSWORD));
    EventLoop.until(
        "noted",
        () -> Long.parseLong(String.valueOf(bed.hash(names.device(1)).get("lastSeen"))) >= today);
    bed.command("HSET", names.device(1), "lastSeen", 0);
    assertNotNull(bed.login(aci, PASSWORD));
    bed.await(() -> bed.accounts.devices(account.aci()));
    assertEquals("0", bed.hash(names.device(1)).get("lastSeen"));
  }

  @Test
  void aTombstoneAndAPendingAccountHaveNoCallers() {
    bed.await(() -> DeleteScript.run(bed.link, account.aci(), 60));
    assertNull(other.login(aci, PASSWORD));
    assertNull(other.login(AccountBed.HANDLE.text(), PASSWORD));
    bed.command("FLUSHALL");
    bed.await(() -> SettleScript.run(bed.link, account.aci(), account.pni(), 60));
    other.later(Duration.ofSeconds(50));
    assertNull(other.login(aci, PASSWORD));
  }
}
