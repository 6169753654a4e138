package io.restante.prove;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.restante.faults.Span;
import io.restante.prove.Event.Served;
import io.restante.prove.Finding.Rule;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Records of a named pool that is deleted made by hand, good and bad ones. */
class CheckerDeletionTest {
  private final Tale tale = new Tale().open();

  private static void assertRight(Tale tale) {
    assertEquals(List.of(), tale.findings());
  }

  private static void assertBreaks(Rule rule, Tale tale) {
    assertEquals(List.of(rule), tale.findings());
  }

  /** A claim that is told that there is no such pool. */
  private static Tale takeNowhere(Tale tale) {
    Served nowhere = new Served(Tale.PLACE, 200, Served.NO_SUCH_POOL, "", "404", Map.of());
    return tale.take(tale.next(), null, nowhere);
  }

  @Test
  void aPoolIsGoneWithAllThatWaitedUntilSomethingNewIsUploaded() {
    takeNowhere(tale.fill("z", "a", "b").take("a").empty(204)).count(Tale.MLS, Event.ABSENT);
    tale.empty(404).fill(tale.next(), 204, 2, null, "a", "b").count(Tale.MLS, 0).take(null);
    assertRight(tale.fill(tale.next(), 204, 1, "y", "b", "c").count(Tale.MLS, 1).take("c"));
    assertRight(tale.take("y").empty(204));
  }

  @Test
  void anEntryOfADeletedPoolIsFound() {
    tale.fill(null, "a", "b").empty(204);
    assertBreaks(Rule.ORIGIN, tale.take("a"));
  }

  @Test
  void anEntryOfADeletedPoolThatWasUploadedAgainIsFound() {
    tale.fill(null, "a", "b").empty(204).fill(null, "a", "c").take("c");
    assertBreaks(Rule.ORIGIN, tale.take("a"));
  }

  @Test
  void anEntryThatWasHandedOutIsFoundAlsoWhereItsPoolWasDeletedMeanwhile() {
    tale.fill(null, "a", "b").take("a").empty(204).fill(null, "a", "c").take("a");
    assertEquals(List.of(Rule.ONCE, Rule.ORIGIN), tale.findings());
  }

  @Test
  void anEntryMayComeWhileItsPoolIsDeleted() {
    Span claiming = tale.fill(null, "a").over(2);
    assertRight(tale.empty(204).take(claiming, null, "a"));
  }

  @Test
  void theLastResortEntryOfADeletedPoolIsFound() {
    assertRight(tale.fill("z", "a").empty(204).fill(null, "b").take("b").take(null));
    assertBreaks(Rule.ORIGIN, tale.take("z"));
  }

  @Test
  void theLastResortEntryIsToldUntilItsPoolIsDeleted() {
    assertRight(tale.fill("z", "a").standby(true).empty(204).fill(null, "b").standby(false));
    assertBreaks(Rule.COUNT, tale.standby(true));
    assertEquals(2, tale.fill("y").standby(false).findings().size());
  }

  @Test
  void aPoolThatIsNotFoundThoughItWasUploadedAnewIsFound() {
    assertBreaks(Rule.EMPTY, takeNowhere(tale.fill(null, "a").empty(204).fill(null, "b")));
  }

  @Test
  void aDeletedPoolThatIsToldToBeEmptyIsFound() {
    tale.fill(null, "a").empty(204).take(null);
    assertBreaks(Rule.EMPTY, tale);
    assertEquals(List.of(Rule.EMPTY, Rule.COUNT), tale.count(Tale.MLS, 0).findings());
  }

  @Test
  void aCountOfWhatWasDeletedIsFound() {
    assertBreaks(Rule.COUNT, tale.fill(null, "a").empty(204).fill(null, "b").count(Tale.MLS, 2));
  }

  @Test
  void anEntryOfADeletedPoolThatIsNotDroppedIsFound() {
    tale.fill(null, "a", "b").empty(204).fill(tale.next(), 204, 1, null, "a", "b");
    assertBreaks(Rule.DROPPED, tale);
  }

  @Test
  void aDeletionIsToldWhetherThereWasSuchAPool() {
    assertRight(tale.empty(404).fill(null, "a").empty(204).empty(404));
    assertBreaks(Rule.STATUS, tale.empty(204));
    assertEquals(2, tale.fill(null, "b").empty(404).findings().size());
    assertEquals(3, tale.take("b").empty(503).findings().size());
  }

  @Test
  void aDeletionWithoutAnAnswerMayHaveBeenDoneOrNotUntilItsRepetitionIsAnswered() {
    tale.fill(null, "a", "b", "c").trouble(1).empty(Event.LOST);
    takeNowhere(tale.take("a")).count(Tale.MLS, Event.ABSENT);
    assertRight(tale.count(Tale.MLS, 2).quiet().count(Tale.MLS, 2).count(Tale.MLS, Event.ABSENT));
    assertRight(tale.empty(404));
    assertBreaks(Rule.ORIGIN, tale.take("b"));
  }

  @Test
  void aDeletionWithoutAnAnswerMayBeDoneLaterUntilAllIsQuiet() {
    tale.fill(null, "a").empty(Event.HUNG_UP).empty(204).fill(null, "b");
    assertRight(takeNowhere(tale));
    tale.quiet().fill(null, "c");
    assertRight(tale);
    assertBreaks(Rule.EMPTY, takeNowhere(tale));
  }

  @Test
  void whatAnUploadKeepsALateDeletionMayHaveTakenBefore() {
    tale.fill(null, "a").empty(Event.HUNG_UP).empty(204).fill(null, "b");
    tale.fill(tale.next(), 204, 1, null, "b", "c").quiet().count(Tale.MLS, 1);
    assertRight(tale.count(Tale.MLS, 2));
    assertRight(tale.fill(tale.next(), 204, 1, null, "b", "d").count(Tale.MLS, 1));
    assertBreaks(Rule.COUNT, tale.count(Tale.MLS, 0));
  }
}
