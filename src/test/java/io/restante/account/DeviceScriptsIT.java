package io.restante.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.account.AddDeviceScript.Result;
import io.restante.account.AddDeviceScript.Status;
import io.restante.account.AttributesScript.Outcome;
import io.restante.protocol.DeviceAddress;
import io.restante.protocol.SignalingKey;
import io.restante.redis.AccountKeys;
import io.restante.testing.RedisServerExtension;
import io.restante.testing.RedisSnapshot;
import io.restante.testing.SignalKeys;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every branch of the scripts about devices and profiles. */
class DeviceScriptsIT {
  private static final String CODE = "a code";

  @RegisterExtension static final RedisServerExtension redis = new RedisServerExtension();

  private final AccountBed bed = new AccountBed(redis);
  private final SignalKeys aciKeys = new SignalKeys();
  private final SignalKeys pniKeys = new SignalKeys();
  private UUID aci = UUID.randomUUID();
  private AccountKeys names = AccountKeys.of(aci);

  @BeforeEach
  void register() {
    aci = bed.register(AccountBed.deviceWithKeys(AccountBed.PASSWORD, aciKeys, pniKeys)).aci();
    names = AccountKeys.of(aci);
  }

  @AfterEach
  void close() {
    bed.close();
  }

  private Result add(NewDevice device, int devicesMax) {
    bed.await(() -> LinkCodeScript.run(bed.link, aci, CODE, 60_000));
    return add(device, devicesMax, CODE);
  }

  private Result add(NewDevice device, int devicesMax, String code) {
    return bed.await(
        () -> AddDeviceScript.run(bed.link, aci, code, device, devicesMax, AccountBed.LINKING));
  }

  private NewDevice linked() {
    return AccountBed.deviceWithKeys("the linked password", aciKeys, pniKeys);
  }

  private static NewDevice linkedWith(Set<String> capabilities) {
    AccountAttributes attributes =
        new AccountAttributes(7, 8, true, null, false, capabilities, null, null);
    return NewDevice.withPassword("the linked password", attributes, null, PushTokens.NONE);
  }

  private boolean remove(int device) {
    return bed.await(() -> RemoveDeviceScript.run(bed.link, new DeviceAddress(aci, device)));
  }

  private String epoch(String identity, int device) {
    return String.valueOf(bed.hash(names.tag() + "keys:" + identity + ":" + device).get("epoch"));
  }

  @Test
  void addDeviceTakesTheLowestFreeIdAndTheAccountsIdentity() {
    assertEquals(new Result(Status.ADDED, 2), add(linked(), 4));
    assertEquals(new Result(Status.ADDED, 3), add(AccountBed.device("without any keys"), 4));
    assertEquals("3", bed.hash(names.account()).get("highest"));
    assertEquals(Map.of("1", "7:8", "2", "7:8", "3", "7:8"), bed.hash(names.devices()));
    Map<String, String> primary = bed.hash(names.tag() + "keys:aci:1");
    for (int device = 2; device <= 3; device++) {
      Map<String, String> keys = bed.hash(names.tag() + "keys:aci:" + device);
      assertEquals(primary.get("identity"), keys.get("identity"));
      assertEquals(Integer.toString(device), keys.get("epoch"));
    }
    assertTrue(remove(2));
    assertEquals(new Result(Status.ADDED, 2), add(linked(), 4));
    assertEquals("4", epoch("pni", 2));
  }

  @Test
  void addDeviceRefusesAndChangesNothing() {
    assertEquals(new Result(Status.WRONG, 0), add(linked(), 4, CODE));
    bed.await(() -> LinkCodeScript.run(bed.link, aci, CODE, 60_000));
    Map<String, String> before = RedisSnapshot.of(redis);
    for (String wrong : List.of("", "a", "a code more")) {
      assertEquals(new Result(Status.WRONG, 0), add(linked(), 4, wrong));
    }
    assertEquals(new Result(Status.FULL, 0), add(linked(), 1, CODE));
    NewDevice stranger =
        AccountBed.deviceWithKeys("the linked password", aciKeys, new SignalKeys());
    assertEquals(new Result(Status.CHANGED, 0), add(stranger, 4, CODE));
    assertEquals(new Result(Status.LACKING, 0), add(linkedWith(Set.of("y")), 4, CODE));
    assertEquals(before, RedisSnapshot.of(redis));
    aci = UUID.randomUUID();
    assertEquals(new Result(Status.MISSING, 0), add(linked(), 4, CODE));
    assertEquals(before, RedisSnapshot.of(redis));
  }

  @Test
  void addDeviceTakesALackOnlyOfWhatSomeDeviceLacksAlready() {
    bed.command("HSET", names.device(1), "capabilities", "y kept");
    bed.await(() -> LinkCodeScript.run(bed.link, aci, CODE, 60_000));
    assertEquals(new Result(Status.LACKING, 0), add(linkedWith(Set.of("x")), 4, CODE));
    assertEquals(new Result(Status.ADDED, 2), add(linkedWith(Set.of("kept")), 4, CODE));
    assertEquals(new Result(Status.WRONG, 0), add(linkedWith(Set.of("kept")), 4, CODE));
    bed.command("HDEL", names.device(2), "capabilities");
    assertEquals(new Result(Status.ADDED, 3), add(linkedWith(Set.of()), 4));
  }

  @Test
  void aCodeReplacesTheOneBeforeAndEndsInTime() {
    bed.await(() -> LinkCodeScript.run(bed.link, aci, "the first", 60_000));
    bed.await(() -> LinkCodeScript.run(bed.link, aci, CODE, 60_000));
    assertEquals(new Result(Status.WRONG, 0), add(linked(), 4, "the first"));
    bed.await(() -> LinkCodeScript.run(bed.link, aci, CODE, 0));
    assertEquals(new Result(Status.WRONG, 0), add(linked(), 4, CODE));
    bed.await(() -> DeleteScript.run(bed.link, aci, 60));
    assertFalse(bed.await(() -> LinkCodeScript.run(bed.link, aci, CODE, 60_000)));
    assertFalse(bed.await(() -> LinkCodeScript.run(bed.link, UUID.randomUUID(), CODE, 60_000)));
  }

  @Test
  void addDeviceMissesATombstone() {
    bed.await(() -> DeleteScript.run(bed.link, aci, 60));
    assertEquals(new Result(Status.MISSING, 0), add(linked(), 4));
    assertEquals(1, bed.keys("*}:*").size());
  }

  @Test
  void addDeviceIsFullWhereAllIdsAreTaken() {
    for (int id = 2; id <= DeviceAddress.DEVICE_MAX; id++) {
      bed.command("HSET", names.devices(), id, "1:1");
    }
    assertEquals(new Result(Status.FULL, 0), add(linked(), 1_000));
  }

  @Test
  void removeDeviceTakesAllButLedgersAndTheSessionCounter() {
    Set<String> before = new HashSet<>(bed.keys("*"));
    add(linked(), 4);
    bed.fill(aci, 2);
    bed.command("HSET", names.tag() + "keys:aci:2", "epoch", 9);
    assertTrue(remove(2));
    AccountKeys.outlivingDevice().forEach(name -> before.add(names.tag() + name + 2));
    assertEquals(before, new HashSet<>(bed.keys("*")));
    assertEquals("9", bed.hash(names.account()).get("epoch"));
    assertFalse(remove(2));
  }

  private Outcome put(int device, AccountAttributes attributes) {
    return bed.await(
        () -> AttributesScript.run(bed.link, new DeviceAddress(aci, device), attributes));
  }

  @Test
  void attributesReplaceWhatWasToldBefore() {
    AccountAttributes bare = new AccountAttributes(90, 91, false, null, true, Set.of(), null, null);
    assertEquals(Outcome.REPLACED, put(1, bare));
    assertEquals(Map.of("1", "90:91"), bed.hash(names.devices()));
    assertEquals("90", bed.hash(names.tag() + "keys:aci:1").get("reg"));
    assertEquals("91", bed.hash(names.tag() + "keys:pni:1").get("reg"));
    Map<String, String> account = bed.hash(names.account());
    assertEquals("1", account.get("unrestricted"));
    assertFalse(account.containsKey("uak"));
    Map<String, String> device = bed.hash(names.device(1));
    assertEquals("0", device.get("fetches"));
    assertEquals("n", device.get("name"));
    assertFalse(device.containsKey("capabilities"));
    assertEquals(Outcome.REPLACED, put(1, AccountBed.attributes(7)));
    assertEquals("x y", bed.hash(names.device(1)).get("capabilities"));
    assertEquals(16, String.valueOf(bed.hash(names.account()).get("uak")).length());
  }

  private static AccountAttributes withKey(int firstByte) {
    byte[] bytes = new byte[SignalingKey.BYTES];
    bytes[0] = (byte) firstByte;
    return new AccountAttributes(7, 8, false, null, false, Set.of(), null, new SignalingKey(bytes));
  }

  @Test
  void anotherSignalingKeyIsPublishedAndTheSameOneIsNot() {
    assertEquals(Outcome.REPLACED_WITH_KEY, put(1, withKey('a')));
    String stored = String.valueOf(bed.hash(names.device(1)).get("signalingKey"));
    assertEquals("a" + "\0".repeat(51), stored);
    assertEquals(Outcome.REPLACED, put(1, withKey('a')));
    assertEquals(Outcome.REPLACED_WITH_KEY, put(1, withKey('b')));
    assertEquals(Outcome.REPLACED_WITH_KEY, put(1, AccountBed.attributes(7)));
    assertFalse(bed.hash(names.device(1)).containsKey("signalingKey"));
  }

  @Test
  void attributesOfNoDeviceChangeNothing() {
    Map<String, String> before = RedisSnapshot.of(redis);
    assertEquals(Outcome.MISSING, put(2, AccountBed.attributes(90)));
    assertEquals(before, RedisSnapshot.of(redis));
  }

  @Test
  void deviceFieldsAreSetAndTakenAwayWhereTheDeviceExists() {
    DeviceAddress primary = new DeviceAddress(aci, 1);
    assertTrue(
        bed.await(
            () -> DeviceFieldsScript.run(bed.link, primary, List.of("gcm", "t"), List.of("name"))));
    assertEquals("t", bed.hash(names.device(1)).get("gcm"));
    assertNull(bed.hash(names.device(1)).get("name"));
    assertTrue(
        bed.await(() -> DeviceFieldsScript.run(bed.link, primary, List.of(), List.of("gcm"))));
    assertNull(bed.hash(names.device(1)).get("gcm"));
    Map<String, String> before = RedisSnapshot.of(redis);
    DeviceAddress nobody = new DeviceAddress(aci, 2);
    assertFalse(
        bed.await(() -> DeviceFieldsScript.run(bed.link, nobody, List.of("gcm", "t"), List.of())));
    assertEquals(before, RedisSnapshot.of(redis));
  }

  private boolean put(UUID owner, String version) {
    return bed.await(() -> PutProfileScript.run(bed.link, owner, version, "{}", 2));
  }

  @Test
  void putProfileKeepsTheVersionsThatWereStoredLast() {
    for (String version : List.of("a", "b", "a", "c")) {
      assertTrue(put(aci, version));
    }
    assertEquals(Map.of("puts", "4", "v:a", "3:{}", "v:c", "4:{}"), bed.hash(names.profile()));
  }

  @Test
  void putProfileMissesAccountsThatAreNotThere() {
    assertFalse(put(UUID.randomUUID(), "a"));
    bed.await(() -> DeleteScript.run(bed.link, aci, 60));
    assertFalse(put(aci, "a"));
    assertEquals(List.of(), bed.keys("*:profile"));
  }
}
