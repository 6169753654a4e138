package io.restante.prove;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.restante.faults.Span;
import io.restante.prove.Event.Other;
import io.restante.prove.Event.Served;
import io.restante.prove.Event.Upload;
import io.restante.prove.Finding.Rule;
import io.restante.prove.Requester.Manner;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Records made by hand, good and bad ones. */
class CheckerTest {
  private static final Place LINKED = new Place(Tale.SERVICE, 2);

  private final Tale tale = new Tale();

  private static void assertRight(Tale tale) {
    assertEquals(List.of(), tale.findings());
  }

  private static void assertBreaks(Rule rule, Tale tale) {
    assertEquals(List.of(rule), tale.findings());
  }

  @Test
  void aPoolThatIsClaimedInOrderUntilItIsEmptyIsRight() {
    assertRight(
        tale.open()
            .claim(null)
            .upload("a", "b")
            .claim("a")
            .count(1)
            .claim("b")
            .claim(null)
            .count(0));
  }

  @Test
  void aKeyInTwoAnswersIsFound() {
    assertBreaks(Rule.ONCE, tale.open().upload("a", "b").claim("a").claim("a"));
  }

  @Test
  void aKeyInTwoAnswersIsFoundAlsoAtTwoDevices() {
    tale.open().open(LINKED, Tale.IDENTITY).upload("a", "b");
    tale.claimAll(Tale.served(1, "a"), Tale.served(2, "a"));
    assertEquals(List.of(Rule.ONCE, Rule.ORIGIN), tale.findings());
  }

  @Test
  void aReplayOfTheSameBytesIsRightAndTakesNothing() {
    tale.open().upload("a", "b");
    assertRight(
        tale.claim(tale.next(), "alice", "k", "bytes", "a")
            .claim(tale.next(), "alice", "k", "bytes", "a")
            .count(1));
  }

  @Test
  void aReplayOfOtherBytesIsFound() {
    tale.open().upload("a", "b");
    assertBreaks(
        Rule.REPLAY,
        tale.claim(tale.next(), "alice", "k", "bytes", "a")
            .claim(tale.next(), "alice", "k", "others", "a"));
  }

  @Test
  void anotherCallersReplayIsFound() {
    tale.open().upload("a", "b");
    assertBreaks(
        Rule.ONCE,
        tale.claim(tale.next(), "alice", "k", "bytes", "a")
            .claim(tale.next(), "carol", "k", "bytes", "a"));
  }

  @Test
  void aReplayAfterALostReplyTakesNothingMore() {
    tale.open().upload("a", "b", "c").trouble(1).refused(tale.next(), "k", Event.LOST);
    assertRight(tale.claim(tale.next(), "alice", "k", "bytes", "a").count(2));
  }

  @Test
  void aKeyThatNobodyUploadedIsFound() {
    assertBreaks(Rule.ORIGIN, tale.open().upload("a", "b").claim("x"));
  }

  @Test
  void aKeyOfAReplacedPoolIsFound() {
    assertBreaks(Rule.ORIGIN, tale.open().upload("a", "b").upload("c", "d").claim("b"));
  }

  @Test
  void aKeyOfAReplacedPoolMayBeHandedOutWhileItIsReplaced() {
    tale.open().upload("a", "b");
    Span claiming = tale.over(2);
    assertRight(tale.upload("c", "d").claim(claiming, "alice", null, "", "b").claim("c").count(1));
  }

  @Test
  void aKeyFromBeforeTheAccountRegisteredAnewIsFound() {
    tale.open().upload("a", "b").open(Tale.PLACE, "i2");
    tale.claimAll(Tale.served(Tale.PLACE, "i2", "", "a"));
    assertBreaks(Rule.ORIGIN, tale);
  }

  @Test
  void anIdentityFromBeforeTheAccountRegisteredAnewIsFound() {
    assertBreaks(Rule.ORIGIN, tale.open().open(Tale.PLACE, "i2").claim(null));
  }

  @Test
  void aDeviceThatWasRemovedIsFound() {
    tale.open().open(LINKED, Tale.IDENTITY).close(LINKED);
    tale.claimAll(Tale.served(1, null), Tale.served(2, null));
    assertBreaks(Rule.ORIGIN, tale);
  }

  @Test
  void aDeviceThatIsMissingInTheAnswerIsFound() {
    tale.open().open(LINKED, Tale.IDENTITY);
    tale.claimAll(Tale.served(1, null));
    assertBreaks(Rule.EMPTY, tale);
  }

  @Test
  void emptyWhileAKeyWaitsIsFound() {
    assertBreaks(Rule.EMPTY, tale.open().upload("a", "b").claim("a").claim(null));
  }

  @Test
  void emptyIsRightWhileTheLastKeyIsBeingClaimed() {
    tale.open().upload("a");
    Span claiming = tale.over(2);
    assertRight(tale.claim(null).claim(claiming, "carol", null, "", "a"));
  }

  @Test
  void emptyIsRightOnlyWhileALostClaimMayHaveBurnedTheKey() {
    tale.open().upload("a", "b").trouble(2);
    assertRight(tale.refused(tale.next(), Event.LOST).claim("a").claim(null).count(0));
  }

  @Test
  void aLostClaimBurnsOneKeyAndNotTwo() {
    tale.open().upload("a", "b", "c").trouble(2);
    assertBreaks(Rule.EMPTY, tale.refused(tale.next(), Event.LOST).claim("a").claim(null));
  }

  @Test
  void whatALostClaimBurnedDoesNotComeBackWithNewKeys() {
    tale.open().upload("a", "b").trouble(2).refused(tale.next(), 503).quiet();
    assertRight(tale.upload("a", "b", "c").count(2));
    assertBreaks(Rule.COUNT, tale.upload("a", "b", "c", "d").count(2));
  }

  @Test
  void whatALostClaimBurnedItBurnedBeforeAllWasQuiet() {
    tale.open().upload("a").trouble(2).refused(tale.next(), 503).quiet();
    assertBreaks(Rule.EMPTY, tale.upload("b").claim(null));
  }

  @Test
  void onlyInAFaultMayADeviceComeWithoutTheKeyWhosePopFailed() {
    assertBreaks(Rule.EMPTY, withoutEc(new Tale().open()));
    assertRight(withoutEc(new Tale().open().trouble(2)).claim("a").count(0));
  }

  /** An upload of two EC keys and a KEM key, and a claim that brought the KEM key alone. */
  private static Tale withoutEc(Tale tale) {
    List<String> keys = List.of("ec:a", "ec:b", "kem:k");
    Map<String, String> kemOnly = Map.of(Pool.KEM, "kem:k");
    return tale.add(
            new Upload(
                tale.next(),
                Tale.PLACE,
                Manner.HTTP,
                Tale.IDENTITY,
                keys,
                false,
                null,
                204,
                Event.UNTOLD))
        .claimAll(new Served(Tale.PLACE, 200, "", Tale.IDENTITY, "", kemOnly));
  }

  @Test
  void aCountBelowWhatMustWaitIsFound() {
    assertBreaks(Rule.COUNT, tale.open().upload("a", "b", "c").claim("a").count(1));
  }

  @Test
  void aCountAboveWhatCanWaitIsFound() {
    assertBreaks(Rule.COUNT, tale.open().upload("a", "b").claim("a").upload("a", "b").count(2));
  }

  @Test
  void aRepetitionOfAnOldUploadDoesNotEmptyTheNewerPool() {
    tale.open().upload("a", "b").claim("a").upload("c", "d");
    assertRight(tale.upload("a", "b").claim("c").count(1));
    assertBreaks(Rule.EMPTY, tale.claim(null));
  }

  @Test
  void anUploadOfOldAndNewKeysKeepsTheOldOnesThatWait() {
    tale.open().upload("a", "b").claim("a");
    assertRight(tale.upload(tale.next(), 204, 1, "a", "b", "c").count(2).claim("b").claim("c"));
  }

  @Test
  void aDroppedNewKeyIsFound() {
    tale.open();
    assertBreaks(Rule.DROPPED, tale.upload(tale.next(), 204, 1, "a", "b"));
  }

  @Test
  void aSpentKeyThatIsNotDroppedIsFound() {
    tale.open().upload("a", "b").claim("a");
    assertBreaks(Rule.DROPPED, tale.upload(tale.next(), 204, 0, "a", "b"));
  }

  @Test
  void aReplacedKeyThatIsNotDroppedIsFound() {
    tale.open().upload("a", "b").upload("c", "d");
    assertRight(tale.upload(tale.next(), 204, 2, "a", "b").count(2));
    assertBreaks(Rule.DROPPED, tale.upload(tale.next(), 204, 1, "a", "b"));
  }

  @Test
  void equalKeysOfOneUploadAreDroppedButOne() {
    tale.open();
    assertRight(tale.upload(tale.next(), 204, 1, "a", "b", "a").count(2));
  }

  @Test
  void aWaitingKeyUnderAnotherIdMayBeToldAsDroppedAndStays() {
    tale.open().upload("a", "b");
    tale.upload(tale.next(), 204, 2, true, "a", "b").count(2);
    assertRight(tale);
    assertBreaks(Rule.DROPPED, tale.upload(tale.next(), 204, 2, "a", "b"));
  }

  @Test
  void anUploadWithoutAnAnswerMayHaveBeenStoredOrNot() {
    tale.open().upload("a").trouble(1).upload(tale.next(), Event.LOST, Event.UNTOLD, "b", "c");
    assertRight(tale.claim("a"));
    assertRight(tale.claim("b").count(1));
    assertRight(tale.upload("b", "c").claim("c").count(0));
    assertBreaks(Rule.COUNT, tale.count(1));
  }

  @Test
  void refusalsNeedAReason() {
    assertBreaks(Rule.STATUS, tale.open().refused(tale.next(), 503));
    assertEquals(2, tale.refused(tale.next(), 404).findings().size());
    assertEquals(3, tale.refused(tale.next(), 500).findings().size());
    assertEquals(4, tale.refused(tale.next(), 429).findings().size());
    assertEquals(5, tale.add(new Other(tale.next(), "GET /v1/devices", 401)).findings().size());
  }

  @Test
  void aFaultIsAReasonForUnavailabilityOnly() {
    tale.open().trouble(3);
    assertRight(tale.refused(tale.next(), 503).refused(tale.next(), Event.LOST));
    assertBreaks(Rule.STATUS, tale.refused(tale.next(), 500));
  }

  @Test
  void whatWasMadeAMomentAgoMayBeUnknownToAPrimaryThatIsNoneAnyMoreAndOnlyThen() {
    String what = "PUT /v1/verification/session/some-id/code";
    for (boolean forgets : new boolean[] {true, false}) {
      Tale told = new Tale().open().trouble(3, forgets);
      told.add(new Other(told.next(), what, 404));
      assertEquals(forgets ? List.of() : List.of(Rule.STATUS), told.findings());
      told.quiet().quiet().quiet().add(new Other(told.next(), what, 404));
      assertEquals(forgets ? 1 : 2, told.findings().size());
    }
  }

  @Test
  void aSocketMayShowAFaultThatIsOver() {
    tale.open().trouble(1).count(0).count(0);
    assertRight(tale.refused(tale.next(), Manner.SOCKET, null, Event.LOST));
    assertBreaks(Rule.STATUS, tale.refused(tale.next(), Manner.SOCKET, null, 503));
    assertEquals(2, tale.refused(tale.next(), Event.LOST).findings().size());
  }

  @Test
  void whoHungUpNeedsNoReason() {
    assertRight(tale.open().upload("a", "b").refused(tale.next(), Event.HUNG_UP).claim("a"));
  }

  @Test
  void aRemovedDeviceIs404AndItsUploads401() {
    tale.open().close(Tale.PLACE).refused(tale.next(), 404);
    assertRight(tale.upload(tale.next(), 401, Event.UNTOLD, "a"));
  }

  @Test
  void anUploadByThosePastIsRefusedAndOneByTheirSuccessorsIsNot() {
    tale.open().open(Tale.PLACE, "i2").upload(tale.next(), 401, Event.UNTOLD, "a");
    assertRight(tale);
    tale.uploadUnder("i2", 401);
    assertBreaks(Rule.STATUS, tale);
  }
}
