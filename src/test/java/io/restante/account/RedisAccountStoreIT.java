package io.restante.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.protocol.DeviceAddress;
import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.restante.protocol.SignedPrekey;
import io.restante.redis.AccountKeys;
import io.restante.testing.RedisServerExtension;
import io.restante.testing.RedisSnapshot;
import io.restante.testing.SignalKeys;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Registrar, account store and profile store by their interfaces. */
class RedisAccountStoreIT {
  @RegisterExtension static final RedisServerExtension redis = new RedisServerExtension();

  private final AccountBed bed = new AccountBed(redis);
  private final SignalKeys aciKeys = new SignalKeys();
  private final SignalKeys pniKeys = new SignalKeys();

  @AfterEach
  void close() {
    bed.close();
  }

  private RegisteredAccount register() {
    return bed.register(AccountBed.deviceWithKeys(AccountBed.PASSWORD, aciKeys, pniKeys));
  }

  private ErrorCode refusal(Supplier<? extends Future<?>> step) {
    return assertThrows(GatewayException.class, () -> bed.await(() -> step.get().mapEmpty()))
        .code();
  }

  private DeviceAddress link(UUID aci) {
    NewDevice device = AccountBed.deviceWithKeys("the linked password", aciKeys, pniKeys);
    return bed.link(aci, device);
  }

  @Test
  void registeringAgainKeepsAciAndPniAndClosesTheOldDevicesOut() {
    RegisteredAccount first = register();
    link(first.aci());
    RegisteredAccount again = bed.register(AccountBed.device("another password"));
    assertEquals(first, again);
    List<Device> devices = bed.await(() -> bed.accounts.devices(first.aci()));
    assertEquals(List.of(1), devices.stream().map(Device::id).toList());
  }

  @Test
  void aWrongSignatureOfAnyKeyRefusesTheRegistration() {
    DeviceKeys right = AccountBed.keys(aciKeys, pniKeys);
    List<DeviceKeys> wrong = new ArrayList<>();
    wrong.add(new DeviceKeys(badSigned(right.aci()), right.pni()));
    wrong.add(new DeviceKeys(badLast(right.aci()), right.pni()));
    wrong.add(new DeviceKeys(right.aci(), badSigned(right.pni())));
    wrong.add(new DeviceKeys(right.aci(), badLast(right.pni())));
    wrong.add(new DeviceKeys(right.pni(), badSigned(right.aci())));
    for (DeviceKeys keys : wrong) {
      NewDevice primary =
          NewDevice.withPassword(
              AccountBed.PASSWORD, AccountBed.attributes(1), keys, PushTokens.NONE);
      assertEquals(
          ErrorCode.INVALID_SIGNATURE,
          refusal(() -> bed.registrar.register(AccountBed.HANDLE, primary)));
    }
    assertEquals(List.of(), bed.keys("*"));
  }

  private static DeviceKeys.OfIdentity badSigned(DeviceKeys.OfIdentity keys) {
    return new DeviceKeys.OfIdentity(keys.identityKey(), bad(keys.signed()), keys.lastResort());
  }

  private static DeviceKeys.OfIdentity badLast(DeviceKeys.OfIdentity keys) {
    return new DeviceKeys.OfIdentity(keys.identityKey(), keys.signed(), bad(keys.lastResort()));
  }

  private static SignedPrekey bad(SignedPrekey prekey) {
    byte[] signature = prekey.signature().clone();
    signature[5] ^= 1;
    return new SignedPrekey(prekey.keyId(), prekey.publicKey(), signature);
  }

  @Test
  void passwordsOf12To256CharactersAreTaken() {
    for (int chars : new int[] {12, 256}) {
      AccountBed.device("p".repeat(chars));
    }
    for (int chars : new int[] {0, 11, 257}) {
      GatewayException refused =
          assertThrows(GatewayException.class, () -> AccountBed.device("p".repeat(chars)));
      assertEquals(ErrorCode.INVALID_FIELD, refused.code());
      assertFalse(refused.detail().contains("ppp"));
    }
  }

  @Test
  void devicesAreListed() {
    UUID aci = register().aci();
    link(aci);
    link(aci);
    List<Device> devices = bed.await(() -> bed.accounts.devices(aci));
    assertEquals(List.of(1, 2, 3), devices.stream().map(Device::id).toList());
    Device first = devices.get(0);
    assertEquals("n", first.name());
    assertEquals(7, first.registrationId());
    assertTrue(first.createdMs() > first.lastSeenMs());
    assertEquals(List.of(), bed.await(() -> bed.accounts.devices(UUID.randomUUID())));
  }

  @Test
  void pushTokensReplaceOneAnother() {
    DeviceAddress primary = AccountBed.primary(register());
    String key = AccountKeys.of(primary.aci()).device(1);
    bed.await(() -> bed.accounts.putPushTokens(primary, new PushTokens("a", null, null)));
    assertEquals("a", bed.hash(key).get("apn"));
    bed.await(() -> bed.accounts.putPushTokens(primary, new PushTokens(null, "g", null)));
    assertFalse(bed.hash(key).containsKey("apn"));
    assertEquals("g", bed.hash(key).get("gcm"));
    bed.await(() -> bed.accounts.putPushTokens(primary, new PushTokens(null, null, "w")));
    assertFalse(bed.hash(key).containsKey("gcm"));
    assertEquals("w", bed.hash(key).get("webpush"));
    bed.await(() -> bed.accounts.putPushTokens(primary, PushTokens.NONE));
    assertFalse(bed.hash(key).containsKey("webpush"));
  }

  @Test
  void nothingIsWrittenForADeviceThatIsGone() {
    DeviceAddress linked = link(register().aci());
    bed.await(() -> bed.accounts.removeDevice(linked));
    Map<String, String> before = RedisSnapshot.of(redis);
    for (Supplier<Future<Void>> step :
        List.<Supplier<Future<Void>>>of(
            () -> bed.accounts.removeDevice(linked),
            () -> bed.accounts.putPushTokens(linked, new PushTokens("a", "g", "w")),
            () -> bed.accounts.putAttributes(linked, AccountBed.attributes(1)))) {
      assertEquals(ErrorCode.NO_SUCH_DEVICE, refusal(step));
    }
    assertEquals(before, RedisSnapshot.of(redis));
    assertThrows(
        IllegalArgumentException.class,
        () -> bed.await(() -> bed.accounts.removeDevice(new DeviceAddress(linked.aci(), 1))));
  }

  @Test
  void nothingOfADeletedAccountIsLeft() {
    UUID aci = register().aci();
    link(aci);
    link(aci);
    for (int device = 1; device <= 3; device++) {
      bed.fill(aci, device);
    }
    bed.await(() -> bed.profiles.put(aci, "1", new JsonObject()));
    bed.await(() -> bed.accounts.removeDevice(new DeviceAddress(aci, 3)));
    bed.await(() -> bed.accounts.delete(aci));
    assertEquals(List.of(), bed.keys("*"));
    bed.await(() -> bed.accounts.delete(aci));
    assertNotEquals(aci, register().aci());
  }

  private Optional<Profile> profile(UUID aci, String version) {
    return bed.await(() -> bed.profiles.get(aci, version.isEmpty() ? null : version));
  }

  @Test
  void aProfileIsReadByVersionOrAsTheLastOneStored() {
    UUID aci = register().aci();
    assertEquals(Optional.empty(), profile(aci, ""));
    bed.await(() -> bed.profiles.put(aci, "a", new JsonObject().put("name", "first")));
    bed.await(() -> bed.profiles.put(aci, "b", new JsonObject().put("name", "second")));
    assertEquals("first", profile(aci, "a").orElseThrow().fields().getString("name"));
    assertEquals("second", profile(aci, "").orElseThrow().fields().getString("name"));
    assertEquals(Optional.empty(), profile(aci, "c"));
    assertEquals(Optional.empty(), profile(UUID.randomUUID(), ""));
    bed.await(() -> DeleteScript.run(bed.link, aci, 60));
    assertEquals(Optional.empty(), profile(aci, "a"));
    assertEquals(
        ErrorCode.NO_SUCH_ACCOUNT, refusal(() -> bed.profiles.put(aci, "a", new JsonObject())));
  }

  @Test
  void aProfileComesWithIdentityAccessCheckAndWhatAllDevicesCan() {
    UUID aci = register().aci();
    DeviceAddress linked = link(aci);
    AccountAttributes less =
        new AccountAttributes(1, 1, true, new byte[16], false, Set.of("y", "z"), null, null);
    bed.await(() -> bed.accounts.putAttributes(linked, less));
    bed.await(() -> bed.profiles.put(aci, "a", new JsonObject()));
    Profile profile = profile(aci, "a").orElseThrow();
    assertEquals(
        HexFormat.of().formatHex(aciKeys.identityKey()),
        HexFormat.of().formatHex(Objects.requireNonNull(profile.identityKey())));
    // HMAC-SHA-256 of 32 zero bytes under 16 zero bytes, by openssl.
    assertEquals(
        "33ad0a1c607ec03b09e6cd9893680ce210adf300aa1f2660e1b22e10f170f92a",
        HexFormat.of().formatHex(Objects.requireNonNull(profile.accessCheck())));
    assertEquals(Set.of("y"), profile.capabilities());
    assertFalse(profile.unrestrictedAccess());
  }
}
