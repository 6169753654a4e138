package io.restante.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.protocol.Destination;
import io.restante.protocol.DeviceAddress;
import io.restante.testing.RedisServerExtension;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RedisDirectoryIT {
  private static final byte[] KEY = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
  private static final byte[] ZEROS = new byte[16];

  @RegisterExtension static final RedisServerExtension redis = new RedisServerExtension();

  private final AccountBed bed = new AccountBed(redis);
  private final AccountBed other = new AccountBed(redis);
  private RegisteredAccount account =
      new RegisteredAccount(UUID.randomUUID(), UUID.randomUUID(), AccountBed.HANDLE);

  @BeforeEach
  void register() {
    account = bed.register(AccountBed.device(AccountBed.PASSWORD));
  }

  @AfterEach
  void close() {
    bed.close();
    other.close();
  }

  private static Optional<UUID> aciOf(AccountBed gateway, String destination) {
    return gateway.await(() -> gateway.directory.aciOf(Destination.parse(destination)));
  }

  private boolean admits(AccountBed gateway, byte[] key) {
    return gateway.await(() -> gateway.directory.admits(account.aci(), key));
  }

  private void attributes(byte[] key, boolean unrestricted) {
    AccountAttributes attributes =
        new AccountAttributes(1, 1, true, key, unrestricted, Set.of(), null, null);
    bed.await(() -> bed.accounts.putAttributes(AccountBed.primary(account), attributes));
  }

  @Test
  void anAccountIsFoundByHandleByPniAndByAci() {
    Optional<UUID> aci = Optional.of(account.aci());
    assertEquals(aci, aciOf(bed, AccountBed.HANDLE.text()));
    assertEquals(aci, aciOf(bed, "PNI:" + account.pni()));
    assertEquals(aci, aciOf(bed, account.aci().toString()));
    assertEquals(Optional.empty(), aciOf(bed, "+15550199"));
    assertEquals(Optional.empty(), aciOf(bed, "PNI:" + UUID.randomUUID()));
    UUID nobody = UUID.randomUUID();
    assertEquals(Optional.of(nobody), aciOf(bed, nobody.toString()));
  }

  @Test
  void aLookupIsBelievedOnlyWhereTheAccountSaysTheSame() {
    UUID pni = UUID.randomUUID();
    bed.command("SET", "handle:+15550199", account.aci());
    bed.command("SET", "pni:" + pni, account.aci());
    assertEquals(Optional.empty(), aciOf(bed, "+15550199"));
    assertEquals(Optional.empty(), aciOf(bed, "PNI:" + pni));
    bed.await(() -> DeleteScript.run(bed.link, account.aci(), 60));
    assertEquals(Optional.empty(), aciOf(other, AccountBed.HANDLE.text()));
    assertEquals(Optional.empty(), aciOf(other, "PNI:" + account.pni()));
  }

  @Test
  void aPendingPniLookupLeadsToItsAccount() {
    bed.command("SET", "pni:" + account.pni(), account.aci() + ".token");
    assertEquals(Optional.of(account.aci()), aciOf(bed, "PNI:" + account.pni()));
  }

  @Test
  void aLookupEndsWithARevocationOrItsTime() {
    assertEquals(Optional.of(account.aci()), aciOf(other, AccountBed.HANDLE.text()));
    bed.await(() -> bed.accounts.delete(account.aci()));
    assertEquals(Optional.of(account.aci()), aciOf(other, AccountBed.HANDLE.text()));
    other.later(Duration.ofSeconds(50));
    assertEquals(Optional.empty(), aciOf(other, AccountBed.HANDLE.text()));
    RegisteredAccount later = bed.register(AccountBed.device(AccountBed.PASSWORD));
    assertEquals(Optional.of(later.aci()), aciOf(bed, AccountBed.HANDLE.text()));
    bed.await(() -> bed.accounts.delete(later.aci()));
    assertEquals(Optional.empty(), aciOf(bed, AccountBed.HANDLE.text()));
  }

  @Test
  void theRightAccessKeyAdmits() {
    attributes(KEY, false);
    assertTrue(admits(bed, KEY));
    assertFalse(admits(bed, ZEROS));
    assertFalse(admits(bed, new byte[0]));
    assertFalse(admits(bed, new byte[17]));
  }

  @Test
  void anyAccessKeyAdmitsWhereTheAccountIsUnrestricted() {
    attributes(KEY, true);
    assertTrue(admits(bed, ZEROS));
    assertTrue(admits(bed, KEY));
  }

  @Test
  void noAccessKeyAdmitsToAnAccountWithoutOneOrToNone() {
    bed.command("HDEL", "{" + account.aci() + "}:account", "uak");
    assertFalse(admits(bed, ZEROS));
    UUID nobody = UUID.randomUUID();
    assertFalse(bed.await(() -> bed.directory.admits(nobody, ZEROS)));
  }

  @Test
  void aNewAccessKeyCountsAtOnceEverywhereAndTheOldOneNotHereAndElsewhereFor5Seconds() {
    attributes(KEY, false);
    assertTrue(admits(bed, KEY));
    assertTrue(admits(other, KEY));
    attributes(ZEROS, false);
    assertFalse(admits(bed, KEY));
    assertTrue(admits(other, KEY));
    other.later(AccountCaches.POLICY_TTL);
    assertFalse(admits(other, KEY));

    attributes(KEY, false);
    assertTrue(admits(other, KEY));
  }

  @Test
  void whatWasRefusedElsewhereIsAskedForAgain() {
    attributes(KEY, false);
    assertFalse(admits(other, ZEROS));
    attributes(KEY, true);
    assertTrue(admits(other, ZEROS));
  }

  private boolean several(AccountBed gateway) {
    return gateway.await(() -> gateway.directory.hasSeveralDevices(account.aci()));
  }

  @Test
  void aLinkedDeviceCountsAtOnceHereAndElsewhereOnceThatIsHeardOrWithin5Seconds() {
    assertFalse(several(bed));
    assertFalse(several(other));
    DeviceAddress linked = bed.link(account.aci(), AccountBed.device("second password"));
    assertTrue(several(bed));
    assertFalse(several(other));
    other.revocations.revoked(account.aci());
    assertTrue(several(other));
    bed.await(() -> bed.accounts.removeDevice(linked));
    assertFalse(several(bed));
    assertTrue(several(other));
    other.later(AccountCaches.POLICY_TTL);
    assertFalse(several(other));
  }
}
