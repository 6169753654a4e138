package io.restante.storm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.restante.faults.Span;
import io.restante.storm.Event.Attends;
import io.restante.storm.Event.Cause;
import io.restante.storm.Event.Drained;
import io.restante.storm.Event.Exited;
import io.restante.storm.Event.Measured;
import io.restante.storm.Event.Opened;
import io.restante.storm.Event.Other;
import io.restante.storm.Event.Sent;
import io.restante.storm.Event.Traced;
import io.restante.storm.Event.Unready;
import io.restante.storm.Finding.Rule;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Records made by hand, good and bad ones. */
class RecordCheckerTest {
  private final Tale tale = new Tale();

  private static void assertRight(Tale tale) {
    assertEquals(List.of(), tale.findings());
  }

  private static void assertBreaks(Rule rule, Tale tale) {
    assertEquals(List.of(rule), tale.findings());
  }

  @Test
  void whatIsSentAndComesAndIsAckedIsRight() {
    assertRight(
        tale.opened(1).sent("a").sent("b").came(1, "a").came(1, "b").acked(1, "a").acked(1, "b"));
  }

  @Test
  void whatWasAnsweredAndNeverComesIsFound() {
    assertBreaks(Rule.LOST, tale.opened(1).sent("a").sent("b").came(1, "a"));
  }

  @Test
  void whatWasAnsweredAndComesToOneDeviceOnlyIsFound() {
    assertBreaks(Rule.LOST, tale.opened(1).sentToBoth("a", 200).came(1, "a"));
  }

  @Test
  void aMailboxThatDoesNotGetEmptyIsFound() {
    assertBreaks(Rule.LOST, tale.add(new Drained(tale.next(), Tale.BOB, false)));
  }

  @Test
  void whatWasNotAnsweredMayComeOrNot() {
    tale.opened(1).trouble(8, false);
    assertRight(
        tale.sent(tale.next(), null, 503, Tale.part("a"))
            .sent(tale.next(), null, Event.LOST, Tale.part("b"))
            .came(1, "b"));
  }

  @Test
  void whatWasNotAnsweredAndComesToOneDeviceOnlyIsFound() {
    tale.opened(1).trouble(8, false);
    assertBreaks(Rule.PARTIAL, tale.sentToBoth("a", 503).came(1, "a"));
  }

  @Test
  void whatWasNotAnsweredMayComeToOneDeviceOnlyWhereAFailoverUndidIt() {
    tale.opened(1).trouble(8, true);
    assertRight(tale.sentToBoth("a", 503).came(1, "a"));
  }

  @Test
  void anotherOrderThanThatOfTheAnswersIsFound() {
    assertBreaks(Rule.ORDER, tale.opened(1).sent("a").sent("b").came(1, "b").came(1, "a"));
  }

  @Test
  void anotherOrderIsFoundAlsoWhereAPollBringsTheLaterOne() {
    assertBreaks(Rule.ORDER, tale.opened(2).sent("a").sent("b").polled(1, "b").came(2, "a"));
  }

  @Test
  void whatIsSentAtTheSameTimeMayComeInAnyOrder() {
    Span both = tale.opened(1).over(3);
    assertRight(tale.sent(both, null, 200, Tale.part("a")).sent("b").came(1, "b").came(1, "a"));
  }

  @Test
  void anEarlierOneThatComesAgainBehindALaterOneIsRight() {
    assertRight(
        tale.opened(1)
            .sent("a")
            .sent("b")
            .came(1, "a")
            .came(1, "b")
            .closed(1, 1006, Cause.DEVICE)
            .opened(2)
            .came(2, "a")
            .came(2, "b"));
  }

  @Test
  void whatNobodySentIsFound() {
    assertBreaks(Rule.ORIGIN, tale.opened(1).came(1, "x"));
  }

  @Test
  void whatWasSentToAnotherDeviceIsFound() {
    tale.opened(1).sentToBoth("a", 200).came(1, "a").cameToOther("a");
    assertBreaks(Rule.ORIGIN, tale.came(1, "a2", "other of a"));
  }

  @Test
  void whatWasRefusedAndComesIsFound() {
    tale.add(new Sent(tale.next(), Tale.ALICE, null, false, false, 409, List.of(Tale.part("a"))));
    assertBreaks(Rule.ORIGIN, tale.opened(1).came(1, "a"));
  }

  @Test
  void anotherSenderThanTheRightOneIsFound() {
    tale.add(new Sent(tale.next(), Tale.BOB, null, false, true, 200, List.of(Tale.part("a"))));
    assertBreaks(Rule.ORIGIN, tale.opened(1).came(1, "a"));
  }

  @Test
  void aSenderWhereNoneIsToBeToldIsFound() {
    tale.add(new Sent(tale.next(), Tale.ALICE, null, true, true, 200, List.of(Tale.part("a"))));
    assertBreaks(Rule.ORIGIN, tale.opened(1).came(1, "a"));
  }

  @Test
  void anotherGuidAtTheNextTimeIsFound() {
    assertBreaks(Rule.COPIES, tale.opened(1).sent("a").came(1, "a").came(1, "a", "another guid"));
  }

  @Test
  void anotherTimestampAtTheNextTimeIsFound() {
    tale.opened(1).sent("a").came(1, "a");
    assertBreaks(Rule.COPIES, tale.came(Tale.BOB, 1, "a", "guid of a", 2));
  }

  @Test
  void anotherContentUnderAGuidIsFound() {
    assertBreaks(
        Rule.COPIES, tale.opened(1).sent("a").sent("b").came(1, "a").came(1, "b", "guid of a"));
  }

  @Test
  void asManyCopiesAsAttemptsAreRightWithoutAnIdempotencyKey() {
    tale.opened(1).trouble(3, false);
    assertRight(
        tale.sent(tale.next(), null, Event.LOST, Tale.part("a"))
            .sent("a")
            .came(1, "a")
            .came(1, "a", "another guid"));
  }

  @Test
  void aSecondCopyUnderAnIdempotencyKeyIsFound() {
    tale.opened(1).trouble(3, false);
    assertBreaks(
        Rule.COPIES,
        tale.sent(tale.next(), "k", Event.LOST, Tale.part("a"))
            .sent(tale.next(), "k", 200, Tale.part("a"))
            .came(1, "a")
            .came(1, "a", "another guid"));
  }

  @Test
  void aSecondCopyMayComeWhereAFailoverUndidTheFirst() {
    tale.opened(1).trouble(5, true);
    assertRight(
        tale.sent(tale.next(), "k", Event.LOST, Tale.part("a"))
            .came(1, "a")
            .sent(tale.next(), "k", 200, Tale.part("a"))
            .came(1, "a", "another guid"));
  }

  @Test
  void whatComesAgainBeforeItsAckIsHeardIsRight() {
    assertRight(tale.opened(1).sent("a").came(1, "a").acked(1, "a").came(1, "a").confirmed(1));
  }

  @Test
  void whatComesAgainInTheSessionThatHeardItsAckIsFound() {
    tale.opened(1).trouble(20, true);
    assertBreaks(Rule.AGAIN, tale.sent("a").came(1, "a").acked(1, "a").confirmed(1).came(1, "a"));
  }

  @Test
  void whatComesAgainInASessionThatBeganSoonAfterIsRight() {
    assertRight(
        tale.opened(1)
            .sent("a")
            .came(1, "a")
            .acked(1, "a")
            .confirmed(1)
            .closed(1, 1006, Cause.DEVICE)
            .opened(2)
            .came(2, "a"));
  }

  @Test
  void whatComesAgainLongAfterItsAckWasHeardIsFound() {
    tale.opened(1).sent("a").came(1, "a").acked(1, "a").confirmed(1);
    assertBreaks(Rule.AGAIN, tale.wait(6).polled(2, "a"));
  }

  @Test
  void whatComesAgainLongAfterIsRightWhereAFaultKeptItFromBeingDeleted() {
    tale.opened(1).sent("a").came(1, "a").trouble(4, false).acked(1, "a").confirmed(1);
    assertRight(tale.wait(6).polled(2, "a"));
  }

  @Test
  void whatComesAgainThoughNobodyKnowsWhetherItsAckWasHeardIsRight() {
    tale.opened(1).sent("a").came(1, "a").acked(1, "a").closed(1, 1006, Cause.DEVICE);
    assertRight(tale.wait(6).polled(2, "a"));
  }

  @Test
  void whatWasDeletedAndComesAgainIsFound() {
    tale.sent("a").polled(1, "a").trouble(2, false).removed("a");
    assertBreaks(Rule.AGAIN, tale.polled(2, "a"));
  }

  @Test
  void whatWasDeletedMayBeOnItsWayInASessionThatWasOpen() {
    assertRight(tale.opened(1).sent("a").polled(2, "a").removed("a").came(1, "a"));
  }

  @Test
  void whatADeviceThatAttendsDoesNotGetSoonIsFound() {
    assertBreaks(
        Rule.LATE,
        tale.attended(1).sent("a").wait(11).closed(1, 1006, Cause.DEVICE).polled(2, "a"));
  }

  @Test
  void whatComesLateAfterAFaultIsFoundFromItsEndOn() {
    tale.attended(1).sent("a").trouble(500, false).wait(12);
    assertRight(tale.came(1, "a"));
    assertBreaks(
        Rule.LATE, new Tale().attended(1).sent("a").trouble(500, false).wait(16).came(1, "a"));
  }

  @Test
  void whatComesLateToADeviceThatDoesNotAttendIsRight() {
    assertRight(tale.opened(1).sent("a").wait(20).came(1, "a"));
  }

  @Test
  void aSessionThatEndedBeforeItWasLateOwesNothing() {
    tale.attended(1).sent("a").wait(5).closed(1, 1000, Cause.DEVICE);
    assertRight(tale.wait(20).polled(2, "a"));
  }

  @Test
  void refusalsAndLossesWithoutAReasonAreFound() {
    for (int status : new int[] {Event.LOST, 401, 404, 429, 500, 503, 507}) {
      Tale told = new Tale();
      assertBreaks(Rule.STATUS, told.sent(told.next(), null, status, Tale.part("a")));
    }
  }

  @Test
  void aRefusalFor503OrALossIsRightInAFaultAndAnyOtherIsNot() {
    tale.trouble(9, false).sent(tale.next(), null, 503, Tale.part("a"));
    assertRight(tale.sent(tale.next(), null, Event.LOST, Tale.part("b")));
    assertBreaks(Rule.STATUS, tale.sent(tale.next(), null, 500, Tale.part("c")));
  }

  @Test
  void aSendForOtherDevicesThatIsTakenIsFound() {
    tale.add(new Sent(tale.next(), Tale.ALICE, null, false, false, 200, List.of(Tale.part("a"))));
    assertBreaks(Rule.STATUS, tale.opened(1).came(1, "a"));
  }

  @Test
  void tooManyAnUpgradeIsRightOnlyAfterSeveral() {
    tale.opened(1).opened(2);
    assertBreaks(
        Rule.STATUS, tale.add(new Other(tale.next(), Tale.BOB, StatusRule.UPGRADE, 101, 429)));
    Tale more = new Tale().opened(1).opened(2).opened(3);
    assertRight(more.add(new Other(more.next(), Tale.BOB, StatusRule.UPGRADE, 101, 429)));
  }

  @Test
  void anUpgradeWithoutAnAnswerMayHaveBeenOneOfThem() {
    tale.opened(1).opened(2).trouble(2, false);
    tale.add(new Other(tale.next(), Tale.BOB, StatusRule.UPGRADE, 101, Event.LOST));
    assertRight(tale.wait(1).add(new Other(tale.next(), Tale.BOB, StatusRule.UPGRADE, 101, 429)));
    Tale later = new Tale().opened(1).opened(2).opened(3).wait(16);
    assertBreaks(
        Rule.STATUS, later.add(new Other(later.next(), Tale.BOB, StatusRule.UPGRADE, 101, 429)));
  }

  @Test
  void whatWasNotAckedBeforeItWasAttendedMayEndASessionSoonAfter() {
    for (int seconds : new int[] {5, 7}) {
      Tale told = new Tale().opened(1).sent("a").came(1, "a");
      told.add(new Attends(told.next(), Tale.BOB, 1)).wait(seconds);
      told.closed(1, 4408, Cause.GATEWAY);
      assertEquals(seconds == 5 ? List.of() : List.of(Rule.CLOSE), told.findings());
    }
  }

  @Test
  void sessionsThatEndWithoutAReasonAreFound() {
    for (int code : new int[] {1006, 1007, 1011, 1012, 1013, 4401, 4409}) {
      assertBreaks(Rule.CLOSE, new Tale().opened(1).closed(1, code, Cause.GATEWAY));
    }
    assertBreaks(Rule.CLOSE, new Tale().attended(1).closed(1, 4408, Cause.GATEWAY));
    assertBreaks(Rule.CLOSE, new Tale().opened(1).closed(1, 1011, Cause.GARBAGE));
  }

  @Test
  void sessionsThatEndForAReasonAreRight() {
    assertRight(new Tale().opened(1).trouble(3, false).closed(1, 1012, Cause.GATEWAY));
    assertRight(new Tale().opened(1).closed(1, 4408, Cause.GATEWAY));
    assertRight(new Tale().opened(1).closed(1, 1007, Cause.GARBAGE));
    Tale displaced = new Tale().opened(1);
    displaced.add(new Opened(displaced.next(), Tale.BOB, 2));
    assertRight(displaced.closed(1, 4409, Cause.GATEWAY));
  }

  @Test
  void whatOftenFailedSessionsIsLeftToPollsAndMayComeInAnyOrder() {
    tale.sent("a").sent("b");
    for (int session = 1; session <= RecordChecker.FAILED_SESSIONS_MAX; session++) {
      tale.opened(session).closed(session, 4408, Cause.GATEWAY);
    }
    assertRight(tale.opened(6).came(6, "b").polled(7, "a"));
  }

  @Test
  void aSessionThatWasLeftAfterTwoAttemptsMayHaveFailedAsWell() {
    for (boolean isAcked : new boolean[] {false, true}) {
      Tale told = new Tale().sent("x").sent("a").sent("b");
      for (int session = 1; session <= RecordChecker.FAILED_SESSIONS_MAX; session++) {
        told.opened(session).came(session, "x").came(session, "x");
        if (isAcked) {
          told.acked(session, "x");
        }
        told.closed(session, 1006, Cause.DEVICE);
      }
      told.opened(6).came(6, "b").polled(7, "a");
      assertEquals(isAcked ? List.of(Rule.ORDER) : List.of(), told.findings());
    }
  }

  @Test
  void gatewaysThatDoNotEndWellAreFound() {
    assertRight(tale.add(new Exited(tale.next(), 0, 0)));
    assertBreaks(Rule.GATEWAY, tale.add(new Exited(tale.next(), 0, 1)));
    assertBreaks(Rule.GATEWAY, new Tale().add(new Unready(tale.next(), 0)));
    assertBreaks(Rule.GATEWAY, new Tale().add(new Traced(tale.next(), 0, "at io.restante")));
  }

  @Test
  void gatewaysThatHoldMoreThanBeforeAreFound() {
    int files = GatewayRule.FILES_MORE_MAX;
    long bytes = GatewayRule.BYTES_MORE_MAX;
    assertRight(measured(files, bytes));
    assertBreaks(Rule.GATEWAY, measured(files + 1, 0));
    assertBreaks(Rule.GATEWAY, measured(0, bytes + 1));
  }

  private static Tale measured(int moreFiles, long moreBytes) {
    Tale tale = new Tale();
    return tale.add(new Measured(tale.next(), 0, false, 30, 1_000))
        .add(new Measured(tale.next(), 0, true, 30 + moreFiles, 1_000 + moreBytes));
  }

  @Test
  void bothDevicesGetTheirOwnPartOfOneSend() {
    assertRight(tale.opened(1).sentToBoth("a", 200).came(1, "a").cameToOther("a"));
  }
}
