package io.restante.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.account.LookupNames.Status;
import io.restante.protocol.DeviceAddress;
import io.restante.redis.AccountKeys;
import io.restante.testing.RedisServerExtension;
import io.restante.testing.RedisSnapshot;
import io.restante.testing.SignalKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every branch of the scripts of an account's life. */
class LifeScriptsIT {
  @RegisterExtension static final RedisServerExtension redis = new RedisServerExtension();

  private final AccountBed bed = new AccountBed(redis);
  private final UUID aci = UUID.randomUUID();
  private final UUID pni = UUID.randomUUID();
  private final AccountKeys names = AccountKeys.of(aci);

  @AfterEach
  void close() {
    bed.close();
  }

  private LookupNames settle(UUID candidate) {
    return bed.await(() -> SettleScript.run(bed.link, aci, candidate, 60));
  }

  private LookupNames register(NewDevice primary) {
    return bed.await(() -> RegisterScript.run(bed.link, aci, pni, AccountBed.HANDLE, primary));
  }

  private LookupNames delete() {
    return bed.await(() -> DeleteScript.run(bed.link, aci, 60));
  }

  private void settledAndRegistered(NewDevice primary) {
    settle(pni);
    assertEquals(new LookupNames(Status.REGISTERED, pni, null), register(primary));
  }

  private long epoch(String key) {
    return Long.parseLong(String.valueOf(bed.hash(key).get("epoch")));
  }

  @Test
  void settleTellsTheFirstPniToWhoeverAsksLater() {
    assertEquals(new LookupNames(Status.SETTLED, pni, null), settle(pni));
    assertEquals(new LookupNames(Status.SETTLED, pni, null), settle(UUID.randomUUID()));
    assertEquals(Map.of("pending", pni.toString()), bed.hash(names.account()));
    bed.assertEndsIn(60, names.account());
  }

  @Test
  void settleTellsTheAccountsPniAndTheTombstones() {
    settledAndRegistered(AccountBed.device(AccountBed.PASSWORD));
    assertEquals(new LookupNames(Status.SETTLED, pni, null), settle(UUID.randomUUID()));
    assertEquals(-1L, bed.command("TTL", names.account()));
    delete();
    assertEquals(new LookupNames(Status.GONE, pni, AccountBed.HANDLE), settle(UUID.randomUUID()));
  }

  @Test
  void registerWritesAccountDeviceAndKeys() {
    SignalKeys aciKeys = new SignalKeys();
    NewDevice primary = AccountBed.deviceWithKeys(AccountBed.PASSWORD, aciKeys, new SignalKeys());
    settledAndRegistered(primary);
    Map<String, String> account = bed.hash(names.account());
    assertEquals(
        new TreeSet<>(
            List.of("pni", "epoch", "highest", "created", "handle", "unrestricted", "uak")),
        new TreeSet<>(account.keySet()));
    assertEquals("1", account.get("epoch"));
    assertEquals(Map.of("1", "7:8"), bed.hash(names.devices()));
    Map<String, String> device = bed.hash(names.device(1));
    assertEquals("x y", device.get("capabilities"));
    assertEquals(account.get("created"), device.get("created"));
    assertEquals(0, Long.parseLong(String.valueOf(device.get("lastSeen"))) % 86_400_000);
    Map<String, String> keys = bed.hash("{" + aci + "}:keys:aci:1");
    assertEquals("7", keys.get("reg"));
    assertEquals(33, String.valueOf(keys.get("identity")).length());
    assertEquals(3 + 33 + 64, String.valueOf(keys.get("signed")).length());
    assertEquals(3 + 1569 + 64, String.valueOf(keys.get("last")).length());
    assertEquals("8", bed.hash("{" + aci + "}:keys:pni:1").get("reg"));
  }

  @Test
  void registerAnewKeepsLedgersAndDropsTheRestUnderAHigherEpoch() {
    settledAndRegistered(AccountBed.device(AccountBed.PASSWORD));
    bed.link(aci, AccountBed.device(AccountBed.PASSWORD));
    bed.fill(aci, 1);
    bed.fill(aci, 2);
    bed.command("HSET", names.profile(), "puts", 1);
    // An upload of another identity key raises epochs by itself.
    bed.command("HSET", "{" + aci + "}:keys:pni:2", "epoch", 41);
    String created = String.valueOf(bed.hash(names.account()).get("created"));

    assertEquals(Status.REGISTERED, register(AccountBed.device("another password")).status());
    assertEquals(42, epoch("{" + aci + "}:keys:aci:1"));
    assertEquals(42, epoch("{" + aci + "}:keys:pni:1"));
    assertEquals(42, epoch(names.account()));
    assertEquals(created, bed.hash(names.account()).get("created"));
    assertEquals("2", bed.hash(names.account()).get("highest"));
    List<String> left =
        bed.keys("*").stream().map(key -> key.substring(names.tag().length())).toList();
    List<String> expected = new ArrayList<>();
    AccountKeys.outlivingDevice().forEach(name -> expected.addAll(List.of(name + 1, name + 2)));
    expected.addAll(List.of("account", "devices", "device:1", "keys:aci:1", "keys:pni:1"));
    assertEquals(expected.stream().sorted().toList(), left.stream().sorted().toList());
  }

  @Test
  void registerRefusesAnotherPniThanTheSettledOneAndATombstone() {
    Map<String, String> empty = RedisSnapshot.of(redis);
    NewDevice primary = AccountBed.device(AccountBed.PASSWORD);
    assertEquals(new LookupNames(Status.CHANGED, null, null), register(primary));
    assertEquals(empty, RedisSnapshot.of(redis));
    settle(UUID.randomUUID());
    assertEquals(new LookupNames(Status.CHANGED, null, null), register(primary));
    bed.command("FLUSHALL");
    settledAndRegistered(primary);
    delete();
    Map<String, String> tombstone = RedisSnapshot.of(redis);
    assertEquals(new LookupNames(Status.GONE, pni, AccountBed.HANDLE), register(primary));
    assertEquals(tombstone, RedisSnapshot.of(redis));
  }

  @Test
  void deleteLeavesATombstoneOfWhateverTheAccountHad() {
    settledAndRegistered(AccountBed.device(AccountBed.PASSWORD));
    bed.link(aci, AccountBed.device(AccountBed.PASSWORD));
    bed.fill(aci, 1);
    bed.fill(aci, 2);
    bed.command("HSET", names.profile(), "puts", 1);
    bed.await(() -> RemoveDeviceScript.run(bed.link, new DeviceAddress(aci, 2)));

    assertEquals(new LookupNames(Status.DELETED, pni, AccountBed.HANDLE), delete());
    assertEquals(List.of(names.account()), bed.keys("*"));
    assertEquals(
        Map.of("gone", "1", "pni", pni.toString(), "handle", AccountBed.HANDLE.text()),
        bed.hash(names.account()));
    bed.assertEndsIn(60, names.account());
    assertEquals(new LookupNames(Status.GONE, pni, AccountBed.HANDLE), delete());
  }

  @Test
  void deleteMissesAnAccountThatIsNotThereOrPending() {
    assertEquals(new LookupNames(Status.MISSING, null, null), delete());
    settle(pni);
    assertEquals(new LookupNames(Status.MISSING, null, null), delete());
    assertEquals(List.of(names.account()), bed.keys("*"));
  }

  private LookupNames abandon() {
    return bed.await(() -> AbandonScript.run(bed.link, aci, AccountBed.HANDLE));
  }

  @Test
  void abandonGivesUpWhatIsNeitherWrittenNorPending() {
    assertEquals(new LookupNames(Status.DELETED, null, AccountBed.HANDLE), abandon());
    assertEquals(new LookupNames(Status.GONE, null, AccountBed.HANDLE), abandon());
    bed.assertEndsIn(Deletion.TOMBSTONE_SECONDS, names.account());
    assertEquals(new LookupNames(Status.GONE, null, AccountBed.HANDLE), settle(pni));
  }

  @Test
  void abandonLeavesWhatIsPendingOrThere() {
    settle(pni);
    assertEquals(new LookupNames(Status.SETTLED, pni, null), abandon());
    register(AccountBed.device(AccountBed.PASSWORD));
    Map<String, String> account = bed.hash(names.account());
    assertEquals(new LookupNames(Status.REGISTERED, pni, null), abandon());
    assertEquals(account, bed.hash(names.account()));
  }

  @Test
  void buryTakesATombstoneAndNothingElse() {
    assertFalse(bed.await(() -> BuryScript.run(bed.link, aci)));
    settledAndRegistered(AccountBed.device(AccountBed.PASSWORD));
    assertFalse(bed.await(() -> BuryScript.run(bed.link, aci)));
    delete();
    assertTrue(bed.await(() -> BuryScript.run(bed.link, aci)));
    assertEquals(List.of(), bed.keys("*"));
  }

  @Test
  void releaseTakesALookupThatNamesTheAccountPendingOrNot() {
    assertFalse(bed.await(() -> ReleaseScript.run(bed.link, "pni:1", aci)));
    bed.command("SET", "pni:1", UUID.randomUUID());
    assertFalse(bed.await(() -> ReleaseScript.run(bed.link, "pni:1", aci)));
    bed.command("SET", "pni:1", aci);
    assertTrue(bed.await(() -> ReleaseScript.run(bed.link, "pni:1", aci)));
    bed.command("SET", "pni:1", aci + ".token");
    assertTrue(bed.await(() -> ReleaseScript.run(bed.link, "pni:1", aci)));
    assertNull(bed.command("GET", "pni:1"));
  }

  @Test
  void keepMakesTheSamePendingLookupLast() {
    String key = "pni:" + pni;
    assertFalse(bed.await(() -> KeepScript.run(bed.link, pni, aci + ".mine", aci)));
    bed.command("SET", key, aci + ".later", "EX", 60);
    assertFalse(bed.await(() -> KeepScript.run(bed.link, pni, aci + ".mine", aci)));
    bed.assertEndsIn(60, key);
    assertTrue(bed.await(() -> KeepScript.run(bed.link, pni, aci + ".later", aci)));
    assertEquals(aci.toString(), bed.command("GET", key));
    assertEquals(-1L, bed.command("TTL", key));
  }
}
