package io.restante.push;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.limit.Rate;
import io.restante.mailbox.EnvelopeId;
import io.restante.push.OwedPush.Kind;
import io.restante.push.TakeScript.Taken;
import io.restante.testing.MailboxBed;
import io.restante.testing.RedisServerExtension;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Every branch of {@code push/take}. */
class TakeScriptIT {
  private static final Taken NOTHING = new Taken.Nothing();
  private static final Taken WORD =
      new Taken.ToSend(Map.of(Provider.FCM, PushBed.TOKEN), false, null);

  @RegisterExtension static final RedisServerExtension redis = new RedisServerExtension();

  private final PushBed bed = new PushBed(redis);
  private EnvelopeId id;
  private String device;

  @BeforeEach
  void mail() {
    bed.register();
    device = bed.mail.names().device(1);
    id = bed.mail.appendAll("content").get(0);
  }

  @AfterEach
  void close() {
    bed.close();
  }

  private Taken take(OwedPush owed, PushConfig config, boolean anyDevice) {
    return take(owed, 0, config, anyDevice);
  }

  private Taken take(OwedPush owed, int tries, PushConfig config, boolean anyDevice) {
    return bed.mail.await(
        () ->
            bed.mail
                .link()
                .run(
                    TakeScript.SCRIPT,
                    TakeScript.keys(owed.device()),
                    TakeScript.args(owed, tries, config, anyDevice))
                .map(TakeScript::decode));
  }

  private Taken take(OwedPush owed) {
    return take(owed, PushBed.CONFIG, false);
  }

  private void ack() {
    bed.mail.await(() -> bed.mail.store().ack(bed.mail.device(1), List.of(id)));
  }

  private void whileHeard(Runnable steps) {
    redis.whileHeard(bed.mail.names().doorbell(1), steps);
  }

  @Test
  void anEnvelopeThatWaitsIsTakenWithAllThatIsToldOfItsDevice() {
    redis.command("HSET", device, "apn", "ap", "webpush", "{}", "fetches", 1);
    assertEquals(
        new Taken.ToSend(
            Map.of(Provider.APNS, "ap", Provider.FCM, PushBed.TOKEN, Provider.WEB_PUSH, "{}"),
            true,
            MailboxBed.stored("content")),
        take(bed.envelope(id)));
  }

  @Test
  void anEnvelopeIsOwedWhoeverListens() {
    whileHeard(() -> assertTrue(take(bed.envelope(id)) instanceof Taken.ToSend));
  }

  @Test
  void anAckedEnvelopeIsOwedNoMore() {
    ack();
    assertEquals(NOTHING, take(bed.envelope(id)));
  }

  @Test
  void anEnvelopeInThePlaceOfAnotherIsNotTheOneThatIsOwed() {
    assertEquals(NOTHING, take(bed.envelope(new EnvelopeId(id.streamId(), id.nonce() + 1))));
  }

  @ParameterizedTest
  @EnumSource
  void nothingIsOwedToADeviceThatIsNotThere(Kind kind) {
    redis.command("DEL", device);
    assertEquals(NOTHING, take(owed(kind), PushBed.CONFIG, true));
  }

  @ParameterizedTest
  @EnumSource
  void nothingIsOwedWithoutATokenUnlessAnyDeviceCanBeReached(Kind kind) {
    redis.command("HDEL", device, "gcm");
    assertEquals(NOTHING, take(owed(kind)));
    assertTrue(take(owed(kind), PushBed.CONFIG, true) instanceof Taken.ToSend);
  }

  private OwedPush owed(Kind kind) {
    return kind == Kind.ENVELOPE ? bed.envelope(id) : bed.word(kind);
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "ENVELOPE")
  void aWordIsTaken(Kind kind) {
    assertEquals(WORD, take(bed.word(kind)));
  }

  @ParameterizedTest
  @EnumSource(names = {"QUIET", "LEFT", "EXCESS"})
  void aWordOfMailIsOwedWhileThereIsMail(Kind kind) {
    ack();
    assertEquals(NOTHING, take(bed.word(kind)));
  }

  @Test
  void aWordOfPrekeysIsOwedWithoutMail() {
    ack();
    assertEquals(WORD, take(bed.word(Kind.STOCK)));
  }

  @ParameterizedTest
  @EnumSource(names = {"QUIET", "LEFT"})
  void aWordOfMailThatCanWaitIsNotOwedWhileTheDeviceListens(Kind kind) {
    whileHeard(() -> assertEquals(NOTHING, take(bed.word(kind))));
    assertEquals(WORD, take(bed.word(kind)));
  }

  @Test
  void aQuietPushFollowsAnotherAfterItsInterval() {
    assertEquals(WORD, take(bed.word(Kind.QUIET)));
    long waitMs = ((Taken.TooEarly) take(bed.word(Kind.QUIET))).waitMs();
    int intervalMs = PushBed.CONFIG.quietIntervalMs();
    assertTrue(waitMs > intervalMs - 10_000 && waitMs <= intervalMs, "in " + waitMs);
    redis.command("DEL", bed.mail.names().pushQuiet(1));
    assertEquals(WORD, take(bed.word(Kind.QUIET)));
  }

  @Test
  void aDeviceGetsItsBudgetAndThenOneMoreWithEachRefill() {
    PushConfig config = PushBed.config(Rate.every(2, 30_000), 1_000);
    assertEquals(WORD, take(bed.word(Kind.STOCK), config, false));
    assertTrue(take(bed.envelope(id), config, false) instanceof Taken.ToSend);
    long waitMs = ((Taken.TooEarly) take(bed.envelope(id), config, false)).waitMs();
    assertTrue(waitMs > 20_000 && waitMs <= 30_000, "in " + waitMs);
    // What was not taken has spent nothing, and one refill is enough for one.
    redis.command("SET", bed.mail.names().pushBudget(1), System.currentTimeMillis() + 30_000);
    assertTrue(take(bed.envelope(id), config, false) instanceof Taken.ToSend);
    assertTrue(take(bed.envelope(id), config, false) instanceof Taken.TooEarly);
  }

  @Test
  void whatWasTriedBeforeCostsNothingAndWaitsForNoInterval() {
    PushConfig config = PushBed.config(Rate.every(1, 30_000), 30_000);
    assertEquals(WORD, take(bed.word(Kind.QUIET), config, false));
    assertEquals(WORD, take(bed.word(Kind.QUIET), 1, config, false));
    assertTrue(take(bed.word(Kind.STOCK), config, false) instanceof Taken.TooEarly);
  }

  @Test
  void aBudgetThatIsWholeAgainIsForgotten() {
    take(bed.word(Kind.STOCK));
    Object left = redis.command("PTTL", bed.mail.names().pushBudget(1));
    assertTrue(left instanceof Long ms && ms > 0 && ms <= 60_000, "in " + left);
  }
}
