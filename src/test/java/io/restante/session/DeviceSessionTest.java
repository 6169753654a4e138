package io.restante.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.mailbox.EnvelopeId;
import io.restante.mailbox.MailPage;
import io.restante.mailbox.OnlineEnvelope;
import io.restante.mailbox.StoredEnvelope;
import io.restante.mailbox.StreamId;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DeviceSessionTest {
  private static final int DEADLINE_MS = 1000;
  private static final long NOW_MS = 50_000;
  private static final Effect QUEUE_EMPTY = new Effect.SendQueueEmpty(1);

  private final DeviceSession session = session(3, 100_000);

  private static DeviceSession session(int envelopes, int bytes) {
    return session(envelopes, bytes, new StockNotices(false, 1));
  }

  private static DeviceSession session(int envelopes, int bytes, StockNotices stock) {
    return new DeviceSession(
        new SessionConfig(envelopes, bytes, DEADLINE_MS, 60_000, 60_000, 512 * 1024, 1, 1, 1, 1, 1),
        stock);
  }

  @Test
  void readsFromTheStartOnceTheDoorbellIsOpen() {
    assertEquals(List.of(read(0, 3), new Effect.ReadOnline(3)), session.onOpened(Set.of()));
    assertEquals(List.of(), session.onRing());
  }

  @Test
  void tellsAnEmptyMailboxAtOnceAndOnlyOnce() {
    session.onOpened(Set.of());
    assertEquals(List.of(QUEUE_EMPTY), read(List.of()));
    session.onRing();
    assertEquals(List.of(), read(List.of()));
    session.onReconnect();
    assertEquals(List.of(), read(List.of()));
  }

  @Test
  void sendsInTheMailboxsOrderAndThenTellsThatTheQueueIsEmpty() {
    session.onOpened(Set.of());
    List<Effect> effects = read(mail(1, 2));
    Effect queueEmpty = new Effect.SendQueueEmpty(3);
    assertEquals(List.of(deliver(1, 1), deliver(2, 2), queueEmpty), effects);
  }

  @Test
  void readsOnBehindAFullPage() {
    session.onOpened(Set.of());
    List<Effect> effects = read(mail(1, 2, 3));
    assertEquals(List.of(deliver(1, 1), deliver(2, 2), deliver(3, 3)), effects);
    assertEquals(List.of(acknowledge(1), read(3, 4)), session.onResponse(1, 200));
    assertEquals(List.of(new Effect.SendQueueEmpty(4)), read(List.of()));
  }

  @Test
  void readsAgainForARingDuringARead() {
    session.onOpened(Set.of());
    session.onRing();
    assertEquals(List.of(deliver(1, 1), new Effect.SendQueueEmpty(2), read(1, 3)), read(mail(1)));
    assertEquals(List.of(deliver(3, 2)), read(mail(2)));
  }

  @Test
  void readsOnePopOfOnlineEnvelopesAtATimeAndNoneForTheMailboxsRing() {
    assertEquals(1, onlineReads(session.onOpened(Set.of())));
    assertEquals(0, onlineReads(session.onOnlineRing()));
    assertEquals(1, onlineReads(session.onOnlineRead(List.of(), NOW_MS)));
    assertEquals(0, onlineReads(session.onOnlineRead(List.of(), NOW_MS)));
    read(List.of());
    assertEquals(List.of(read(0, 3)), session.onRing());
    read(List.of());
    assertEquals(List.of(new Effect.ReadOnline(3)), session.onOnlineRing());
  }

  @Test
  void neitherDeletesNorRepeatsOnlineEnvelopes() {
    session.onOpened(Set.of());
    Buffer bytes = Buffer.buffer("typing");
    OnlineEnvelope online = new OnlineEnvelope(new UUID(1, 2), 77, bytes);
    List<Effect> effects = session.onOnlineRead(List.of(online, online), NOW_MS);
    Effect first = new Effect.Deliver(1, 77, bytes);
    assertEquals(List.of(first, new Effect.Deliver(2, 77, bytes)), effects);
    assertEquals(List.of(), session.onResponse(1, 200));
    session.onWritten(2, NOW_MS);
    assertEquals(List.of(), session.onTick(NOW_MS + DEADLINE_MS));
    assertTrue(session.isOpen());
    assertEquals(0, session.inFlight());
  }

  @Test
  void stopsAtTheWindowsCountAndGoesOnAfterAnAck() {
    session.onOpened(Set.of());
    read(mail(1, 2, 3));
    session.onRing();
    assertEquals(List.of(), session.onWritten(1, NOW_MS));
    assertTrue(session.onResponse(2, 200).contains(read(3, 4)));
    assertTrue(read(mail(4)).contains(deliver(4, 4)));
  }

  @Test
  void stopsAtTheWindowsBytesAndReadsNothingThatWouldNotFit() {
    DeviceSession narrow = session(10, 1000);
    narrow.onOpened(Set.of());
    List<StoredEnvelope> two = List.of(sized(1, 400), sized(2, 700));
    List<Effect> effects = narrow.onRead(new MailPage(two, false), NOW_MS);
    assertEquals(1, effects.size());
    assertEquals(List.of(), narrow.onRing());
    assertEquals(1, reads(narrow.onResponse(1, 200)));
    effects = narrow.onRead(new MailPage(two.subList(1, 2), false), NOW_MS);
    assertEquals(new Effect.Deliver(2, 2, sized(2, 700).bytes()), effects.get(0));
  }

  @Test
  void sendsAnEnvelopeAloneThatIsLargerThanTheWindow() {
    session.onOpened(Set.of());
    List<Effect> effects = read(List.of(sized(1, 500_000), sized(2, 1)));
    assertEquals(List.of(new Effect.Deliver(1, 1, sized(1, 500_000).bytes())), effects);
    assertTrue(session.onResponse(1, 200).stream().anyMatch(Effect.Read.class::isInstance));
    assertTrue(read(List.of(sized(2, 1))).contains(new Effect.Deliver(2, 2, sized(2, 1).bytes())));
  }

  @Test
  void readsNothingWhileTheSocketTakesNothing() {
    session.onWritable(false);
    assertEquals(List.of(), session.onOpened(Set.of()));
    assertEquals(List.of(read(0, 3), new Effect.ReadOnline(3)), session.onWritable(true));
    session.onWritable(false);
    assertEquals(List.of(), read(mail(1)));
    assertEquals(List.of(read(0, 3)), session.onWritable(true));
    assertEquals(List.of(deliver(1, 1), new Effect.SendQueueEmpty(2)), read(mail(1)));
  }

  @Test
  void deletesWhatIsAckedInAnyOrderOneDeletionAtATime() {
    session.onOpened(Set.of());
    read(mail(1, 2));
    assertEquals(List.of(acknowledge(2)), session.onResponse(2, 204));
    assertEquals(List.of(), session.onResponse(1, 200));
    assertEquals(List.of(acknowledge(1)), session.onAcknowledged());
    assertEquals(List.of(), session.onAcknowledged());
  }

  @Test
  void passesOverAcksOfUnknownAndAnsweredRequests() {
    session.onOpened(Set.of());
    read(mail(1));
    assertEquals(List.of(acknowledge(1)), session.onResponse(1, 200));
    for (long requestId : new long[] {0, 1, 2, 99, -1}) {
      assertEquals(List.of(), session.onResponse(requestId, 200));
      assertEquals(List.of(), session.onResponse(requestId, 400));
    }
  }

  @Test
  void triesADeletionAgainThatFailed() {
    session.onOpened(Set.of());
    read(mail(1));
    session.onResponse(1, 200);
    assertEquals(List.of(), session.onAcknowledgeFailed(NOW_MS));
    long wake = session.wakeAtMs().orElseThrow();
    assertEquals(List.of(), session.onTick(wake - 1));
    assertEquals(List.of(acknowledge(1)), session.onTick(wake));
  }

  @Test
  void doesNotSendAgainWhatWasAckedDuringARead() {
    session.onOpened(Set.of());
    read(mail(1));
    session.onReconnect();
    assertEquals(List.of(acknowledge(1)), session.onResponse(1, 200));
    session.onAcknowledged();
    assertEquals(List.of(deliver(3, 2)), read(mail(1, 2)));
  }

  @Test
  void readsFromTheStartAfterAReconnectLessWhatIsInFlight() {
    session.onOpened(Set.of());
    read(mail(5));
    assertTrue(session.onReconnect().contains(read(0, 3)));
    // The ids stepped back: what came in since lies before what was read.
    assertEquals(List.of(deliver(3, 4)), read(mail(4, 5)));
  }

  @Test
  void asksAtASweepWhetherItIsTheNewestAndReadsFromTheStart() {
    session.onOpened(Set.of());
    read(mail(1));
    List<Effect> effects = session.onSweep();
    assertEquals(List.of(new Effect.CheckNewest(), read(0, 3)), effects);
  }

  @Test
  void dropsAPageThatWasReadBeforeTheWishToStartAgain() {
    session.onOpened(Set.of());
    session.onReconnect();
    assertEquals(List.of(read(0, 3)), read(mail(2)));
    assertTrue(read(mail(1, 2)).containsAll(List.of(deliver(1, 1), deliver(2, 2))));
  }

  @Test
  void sendsOnceMoreWhatIsNotAckedInTimeAndThenCloses() {
    session.onOpened(Set.of());
    read(mail(1, 2));
    session.onWritten(1, NOW_MS + 10);
    session.onWritten(2, NOW_MS + 20);
    assertEquals(OptionalLong.of(NOW_MS + 10 + DEADLINE_MS), session.wakeAtMs());
    assertEquals(List.of(), session.onTick(NOW_MS + DEADLINE_MS));
    assertEquals(List.of(read(0, 3)), session.onTick(NOW_MS + 10 + DEADLINE_MS));
    MailPage both = new MailPage(mail(1, 2), false);
    assertEquals(List.of(deliver(4, 1)), session.onRead(both, NOW_MS + 15 + DEADLINE_MS));
    session.onWritten(4, NOW_MS + 15 + DEADLINE_MS);
    session.onResponse(2, 200);
    assertEquals(
        List.of(new Effect.GiveUp(id(1)), new Effect.Close(CloseCode.NOT_ACKNOWLEDGED)),
        session.onTick(NOW_MS + 15 + 2 * DEADLINE_MS));
    assertFalse(session.isOpen());
  }

  @Test
  void takesARefusalForAFailedAttempt() {
    session.onOpened(Set.of());
    read(mail(1));
    assertEquals(List.of(read(0, 3)), session.onResponse(1, 500));
    assertEquals(List.of(deliver(3, 1)), read(mail(1)));
    assertEquals(List.of(), session.onResponse(1, 500));
    List<Effect> end = List.of(new Effect.GiveUp(id(1)), new Effect.Close(CloseCode.REFUSED));
    assertEquals(end, session.onResponse(3, 400));
  }

  @Test
  void takesALateAckOfTheFirstAttempt() {
    session.onOpened(Set.of());
    read(mail(1, 2));
    session.onResponse(1, 500);
    session.onResponse(2, 500);
    // One ack before the second attempt, one after it.
    assertEquals(List.of(acknowledge(1)), session.onResponse(1, 200));
    assertEquals(List.of(read(0, 4)), read(mail(1, 2)));
    assertEquals(List.of(deliver(4, 2)), read(mail(1, 2)));
    session.onAcknowledged();
    assertEquals(List.of(acknowledge(2)), session.onResponse(2, 200));
    session.onAcknowledged();
    assertEquals(List.of(), session.onResponse(4, 200));
    assertEquals(0, session.inFlight());
  }

  @Test
  void forgetsWhatIsGoneFromTheMailboxBeforeItsSecondAttempt() {
    session.onOpened(Set.of());
    read(mail(1));
    session.onResponse(1, 500);
    assertEquals(List.of(), read(List.of()));
    assertEquals(List.of(), session.onResponse(1, 200));
    assertEquals(OptionalLong.empty(), session.wakeAtMs());
  }

  @Test
  void closesWithoutBlamingTheEnvelopeWhereTheSocketTookNothing() {
    session.onOpened(Set.of());
    read(mail(1));
    assertEquals(List.of(), session.onTick(NOW_MS + DEADLINE_MS));
    List<Effect> end = List.of(new Effect.Close(CloseCode.NOT_ACKNOWLEDGED));
    assertEquals(end, session.onTick(NOW_MS + 2 * DEADLINE_MS));
  }

  @Test
  void readsAgainAfterAPauseWhereAReadFailed() {
    session.onOpened(Set.of());
    assertEquals(List.of(), session.onReadFailed(NOW_MS));
    assertEquals(List.of(), session.onOnlineReadFailed(NOW_MS));
    assertEquals(List.of(), session.onRing());
    long first = session.wakeAtMs().orElseThrow();
    List<Effect> again = List.of(read(0, 3), new Effect.ReadOnline(3));
    assertEquals(again, session.onTick(first));
    session.onReadFailed(first);
    long second = session.wakeAtMs().orElseThrow();
    assertEquals(2 * (first - NOW_MS), second - first);
  }

  @Test
  void stopsReadingWhileTooManyDeletionsAreUnconfirmed() {
    DeviceSession wide = session(2000, 1_000_000);
    wide.onOpened(Set.of());
    int sent = 0;
    while (sent < DeviceSession.UNCONFIRMED_MAX) {
      List<StoredEnvelope> page = page(sent + 1, DeviceSession.READ_MAX);
      List<Effect> effects = wide.onRead(new MailPage(page, true), NOW_MS);
      assertEquals(1, reads(effects));
      sent += page.size();
    }
    for (int i = 1; i <= sent; i++) {
      wide.onResponse(i, 200);
    }
    assertEquals(0, reads(wide.onRead(new MailPage(page(sent + 1, 5), true), NOW_MS)));
    assertEquals(1, reads(wide.onAcknowledged()));
  }

  @Test
  void closesOnceForEachReasonAndDoesNothingAfterwards() {
    for (CloseCode code : List.of(CloseCode.REVOKED, CloseCode.RESTART, CloseCode.DISPLACED)) {
      assertEquals(List.of(new Effect.Close(code)), session(3, 100_000).onEnd(code));
    }
    session.onOpened(Set.of());
    session.onEnd(CloseCode.DISPLACED);
    assertEquals(List.of(), session.onEnd(CloseCode.REVOKED));
    assertEquals(List.of(), read(mail(1)));
    assertEquals(List.of(), session.onRing());
    assertEquals(List.of(), session.onSweep());
    assertEquals(List.of(), session.onTick(Long.MAX_VALUE));
    assertEquals(OptionalLong.empty(), session.wakeAtMs());
  }

  @Test
  void deletesWhatIsAckedWhileItCloses() {
    session.onOpened(Set.of());
    read(mail(1, 2));
    session.onResponse(1, 200);
    session.onEnd(CloseCode.RESTART);
    assertEquals(List.of(acknowledge(2)), session.onResponse(2, 200));
  }

  @Test
  void leavesWhatIsSetAsideToPollsAndSendsWhatIsBehindIt() {
    assertEquals(read(0, 5), session.onOpened(Set.of(id(1), id(2))).get(0));
    List<Effect> effects = session.onRead(new MailPage(mail(1, 2, 3), false), NOW_MS);
    assertEquals(List.of(deliver(1, 3), new Effect.SendQueueEmpty(2)), effects);
  }

  @Test
  void deletesWhatWasAckedWhenTheSocketGoes() {
    session.onOpened(Set.of());
    read(mail(1, 2));
    session.onResponse(1, 200);
    session.onResponse(2, 200);
    assertEquals(List.of(acknowledge(2)), session.onClosed());
    assertEquals(List.of(), session.onClosed());
    assertEquals(List.of(), session.onAcknowledged());
  }

  private List<Effect> read(List<StoredEnvelope> page) {
    return session.onRead(new MailPage(page, page.size() >= 3), NOW_MS);
  }

  private static long reads(List<Effect> effects) {
    return effects.stream().filter(Effect.Read.class::isInstance).count();
  }

  private static long onlineReads(List<Effect> effects) {
    return effects.stream().filter(Effect.ReadOnline.class::isInstance).count();
  }

  private static Effect read(int after, int count) {
    return new Effect.Read(after == 0 ? StreamId.START : new StreamId(after, 0), count);
  }

  private static Effect deliver(int requestId, int place) {
    return new Effect.Deliver(requestId, place, sized(place, 10).bytes());
  }

  private static Effect acknowledge(int place) {
    return new Effect.Acknowledge(List.of(id(place)));
  }

  private static EnvelopeId id(int place) {
    return new EnvelopeId(new StreamId(place, 0), place);
  }

  private static List<StoredEnvelope> mail(Integer... places) {
    List<StoredEnvelope> page = new ArrayList<>();
    for (int place : places) {
      page.add(sized(place, 10));
    }
    return page;
  }

  private static List<StoredEnvelope> page(int from, int count) {
    return IntStream.range(from, from + count).mapToObj(place -> sized(place, 1)).toList();
  }

  private static StoredEnvelope sized(int place, int bytes) {
    return new StoredEnvelope(id(place), Buffer.buffer(new byte[bytes]));
  }
}
