package io.restante.mailbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.mailbox.Append.Parcel;
import io.restante.mailbox.Append.Repeatable;
import io.restante.protocol.Identity;
import io.restante.testing.MailboxBed;
import io.restante.testing.RedisServerExtension;
import io.restante.testing.RedisSnapshot;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Response;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The reply of every branch of {@code mailbox/append}, word by word, and what it leaves. */
class AppendScriptIT {
  private static final int FIRST_NONCE = 15;
  private static final int PARCEL_ARGS = 5;

  @RegisterExtension static final RedisServerExtension redis = new RedisServerExtension();

  private final MailboxConfig small = MailboxBed.config(2, 200, 60_000, 100);
  private final MailboxBed bed = new MailboxBed(redis, small);

  @BeforeEach
  void account() {
    bed.withDevices(1, 2, 10);
  }

  @AfterEach
  void close() {
    bed.close();
  }

  /** The raw reply, with stream ids as {@code ID} and nonces as {@code nonce-<index>}. */
  private String run(Append append) {
    List<Object> args = AppendScript.args(append, small, MailboxBed.WINDOW_MS);
    for (int i = 0; i < append.parcels().size(); i++) {
      byte[] nonce = ("nonce-0" + i).getBytes(StandardCharsets.US_ASCII);
      args.set(FIRST_NONCE + PARCEL_ARGS * i, nonce);
    }
    Response reply =
        bed.await(() -> bed.link().run(AppendScript.SCRIPT, AppendScript.keys(append), args));
    return String.valueOf(reply).replaceAll("\\d{13}-\\d+", "ID");
  }

  private Append append(boolean exact, int excluded, boolean online, Parcel... parcels) {
    return new Append(bed.aci(), Identity.ACI, exact, excluded, online, List.of(parcels), null);
  }

  private static Parcel parcel(int device) {
    return new Parcel(device, 1000 + device, Buffer.buffer("envelope"));
  }

  private static Parcel parcel(int device, int registrationId) {
    return new Parcel(device, registrationId, Buffer.buffer("envelope"));
  }

  private Append repeatable(String hash, boolean needsSync, Parcel... parcels) {
    byte[] bytes = hash.getBytes(StandardCharsets.US_ASCII);
    Repeatable repeatable = new Repeatable("ab", bytes, needsSync);
    return new Append(bed.aci(), Identity.ACI, true, 0, false, List.of(parcels), repeatable);
  }

  /** Takes steps while somebody hears the doorbell of a device. */
  private void whileHeard(int device, Runnable steps) {
    redis.whileHeard(bed.names().doorbell(device), steps);
  }

  private void assertChangesNothing(String reply, Append append) {
    Map<String, String> before = RedisSnapshot.of(redis);
    assertEquals(reply, run(append));
    assertEquals(before, RedisSnapshot.of(redis));
  }

  @Test
  void whatIsTakenIsAnsweredForEachDeviceInTheOrderOfTheSend() {
    whileHeard(
        2,
        () -> {
          assertEquals(
              "[0, 0, [], [], [[10, 1, ID, nonce-00, 0], [2, 1, ID, nonce-01, 1],"
                  + " [1, 1, ID, nonce-02, 0]]]",
              run(append(true, 0, false, parcel(10), parcel(2), parcel(1))));
        });
    for (int device : new int[] {1, 2, 10}) {
      assertEquals(1L, redis.command("XLEN", bed.names().mail(device)));
      assertEquals("8", redis.command("GET", bed.names().mailBytes(device)));
    }
  }

  @Test
  void anEnvelopeThatAllDevicesGetAlikeIsSentOnceAndIsInEveryMailbox() {
    Buffer same = Buffer.buffer("the same for two");
    Append send =
        append(
            true,
            0,
            false,
            new Parcel(1, 1001, same),
            new Parcel(2, 1002, same),
            new Parcel(10, 1010, Buffer.buffer("its own")));
    long sent =
        AppendScript.args(send, small, MailboxBed.WINDOW_MS).stream().filter(same::equals).count();
    assertEquals(1, sent);
    run(send);
    for (int device : new int[] {1, 2, 10}) {
      String stored = device == 10 ? "its own" : "the same for two";
      Object entries = redis.command("XRANGE", bed.names().mail(device), "-", "+");
      assertTrue(String.valueOf(entries).contains("[e, " + stored + ", r, "), "" + device);
      assertEquals("" + stored.length(), redis.command("GET", bed.names().mailBytes(device)));
    }
  }

  @Test
  void anEmptySendToNobodyButTheSenderIsTaken() {
    redis.command("HDEL", bed.names().devices(), 2, 10);
    assertChangesNothing("[0, 0, [], [], []]", append(true, 1, false));
  }

  @Test
  void otherDevicesAreToldExactlyAndAscendingAndTheyWinOverStaleOnes() {
    assertChangesNothing(
        "[3, 0, [1, 2], [3, 20], [[20, 0, , nonce-00, 0], [10, 0, , nonce-01, 0],"
            + " [3, 0, , nonce-02, 0]]]",
        append(true, 0, false, parcel(20), parcel(10, 7), parcel(3)));
    assertChangesNothing("[3, 0, [1, 2, 10], [], []]", append(true, 0, false));
    assertChangesNothing("[3, 0, [1, 10], [], []]", append(true, 2, false));
    assertChangesNothing(
        "[3, 0, [], [2], [[1, 0, , nonce-00, 0], [2, 0, , nonce-01, 0], [10, 0, , nonce-02, 0]]]",
        append(true, 2, false, parcel(1), parcel(2), parcel(10)));
  }

  @Test
  void otherRegistrationIdsAreToldAscending() {
    assertChangesNothing(
        "[4, 0, [1, 10], [], [[10, 0, , nonce-00, 0], [2, 0, , nonce-01, 0],"
            + " [1, 0, , nonce-02, 0]]]",
        append(true, 0, false, parcel(10, 1), parcel(2), parcel(1, 2001)));
  }

  @Test
  void aRegistrationIdIsThatOfTheIdentityThatIsNamedAndZeroIsNotChecked() {
    Parcel[] pni = {parcel(1, 2001), parcel(2, 0), parcel(10, 1010)};
    assertEquals(
        "[4, 0, [10], [], [[1, 0, , nonce-00, 0], [2, 0, , nonce-01, 0],"
            + " [10, 0, , nonce-02, 0]]]",
        run(new Append(bed.aci(), Identity.PNI, true, 0, false, List.of(pni), null)));
    pni[2] = parcel(10, 2010);
    assertTrue(
        run(new Append(bed.aci(), Identity.PNI, true, 0, false, List.of(pni), null))
            .startsWith("[0, 0, [], [], [[1, 1, ID,"));
  }

  @Test
  void anAccountThatIsNotThereOrGoneIsToldAlike() {
    String refused = "[2, 0, [], [], [[1, 0, , nonce-00, 0]]]";
    // As a deletion leaves it.
    redis.command("DEL", bed.names().devices());
    redis.command("HSET", bed.names().account(), "gone", 1);
    assertChangesNothing(refused, append(true, 0, false, parcel(1)));
    assertChangesNothing(refused, append(false, 0, true, parcel(1)));
    redis.command("DEL", bed.names().account());
    assertChangesNothing(refused, append(true, 0, false, parcel(1)));
  }

  @Test
  void devicesThatAreGoneArePassedOverWhereTheSendDoesNotMind() {
    assertEquals(
        "[0, 0, [], [], [[1, 4, , nonce-00, 0], [2, 1, ID, nonce-01, 0],"
            + " [3, 4, , nonce-02, 0]]]",
        run(append(false, 1, false, parcel(1), parcel(2), parcel(3))));
    assertEquals(0L, redis.command("EXISTS", bed.names().mail(1), bed.names().mail(3)));
  }

  @Test
  void aFullMailboxOfOneDeviceRefusesAllAndStoresNothing() {
    Append toTwo = append(false, 0, false, parcel(2));
    run(toTwo);
    run(toTwo);
    assertChangesNothing(
        "[5, 0, [], [], [[1, 0, , nonce-00, 0], [2, 0, , nonce-01, 0],"
            + " [10, 0, , nonce-02, 0]]]",
        append(true, 0, false, parcel(1), parcel(2), parcel(10)));
  }

  @Test
  void anOnlineSendIsHandedToListenersOnlyAndDroppedElsewhere() {
    Append send = append(true, 0, true, parcel(1), parcel(2), parcel(10));
    whileHeard(
        2,
        () -> {
          assertEquals(
              "[0, 0, [], [], [[1, 3, , nonce-00, 0], [2, 2, , nonce-01, 1],"
                  + " [10, 3, , nonce-02, 0]]]",
              run(send));
        });
    assertEquals(
        List.of(bed.names().account(), bed.names().devices(), bed.names().onlineMail(2)),
        new ArrayList<>(RedisSnapshot.of(redis).keySet()));
    assertEquals(
        "[0, 0, [], [], [[1, 4, , nonce-00, 0], [3, 4, , nonce-01, 0]]]",
        run(append(false, 1, true, parcel(1), parcel(3))));
  }

  @Test
  void anOnlineSendIsDroppedWhereTooManyWait() {
    redis.command("HDEL", bed.names().devices(), 2, 10);
    whileHeard(
        1,
        () -> {
          for (int i = 0; i < AppendScript.ONLINE_ENVELOPES_MAX; i++) {
            assertEquals(
                "[0, 0, [], [], [[1, 2, , nonce-00, 1]]]", run(append(true, 0, true, parcel(1))));
          }
          assertEquals(
              "[0, 0, [], [], [[1, 3, , nonce-00, 0]]]", run(append(true, 0, true, parcel(1))));
        });
  }

  @Test
  void aRepetitionGetsTheSameAnswerAndRingsAgainWhereTheEnvelopeStillWaits() {
    redis.command("HDEL", bed.names().devices(), 10);
    Append send = repeatable("hash", true, parcel(1), parcel(2));
    assertEquals("[0, 1, [], [], [[1, 1, ID, nonce-00, 0], [2, 1, ID, nonce-01, 0]]]", run(send));
    redis.command("XTRIM", bed.names().mail(1), "MAXLEN", 0);
    Append again = repeatable("hash", false, parcel(1), parcel(2));
    whileHeard(
        2,
        () -> {
          assertChangesNothing(
              "[1, 1, [], [], [[1, 5, , nonce-00, 0], [2, 1, ID, nonce-01, 1]]]", again);
        });
  }

  @Test
  void aRepetitionIsNotAnsweredWhereTheAccountIsGone() {
    redis.command("HDEL", bed.names().devices(), 2, 10);
    run(repeatable("hash", true, parcel(1)));
    redis.command("DEL", bed.names().devices(), bed.names().mail(1), bed.names().mailBytes(1));
    redis.command("HSET", bed.names().account(), "gone", 1);
    for (String hash : List.of("hash", "other")) {
      assertChangesNothing(
          "[2, 0, [], [], [[1, 0, , nonce-00, 0]]]", repeatable(hash, false, parcel(1)));
    }
  }

  @Test
  void anotherSendUnderTheSameKeyIsRefused() {
    redis.command("HDEL", bed.names().devices(), 2, 10);
    run(repeatable("hash", true, parcel(1)));
    assertChangesNothing(
        "[6, 0, [], [], [[1, 0, , nonce-00, 0]]]", repeatable("other", false, parcel(1)));
    assertChangesNothing(
        "[6, 0, [], [], [[1, 0, , nonce-00, 0], [2, 0, , nonce-01, 0]]]",
        repeatable("hash", false, parcel(1), parcel(2)));
  }

  @Test
  void whatWasNotStoredLeavesNoRecord() {
    assertChangesNothing(
        "[3, 1, [2, 10], [], [[1, 0, , nonce-00, 0]]]", repeatable("hash", true, parcel(1)));
    assertChangesNothing(
        "[4, 1, [1, 2, 10], [], [[1, 0, , nonce-00, 0], [2, 0, , nonce-01, 0],"
            + " [10, 0, , nonce-02, 0]]]",
        repeatable("hash", true, parcel(1, 7), parcel(2, 7), parcel(10, 7)));
  }
}
