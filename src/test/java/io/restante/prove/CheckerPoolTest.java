package io.restante.prove;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.restante.faults.Span;
import io.restante.prove.Event.Served;
import io.restante.prove.Finding.Rule;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Records of a named pool made by hand, good and bad ones. */
class CheckerPoolTest {
  private final Tale tale = new Tale().open();

  private static void assertRight(Tale tale) {
    assertEquals(List.of(), tale.findings());
  }

  private static void assertBreaks(Rule rule, Tale tale) {
    assertEquals(List.of(rule), tale.findings());
  }

  private static Served noSuchPool() {
    return new Served(Tale.PLACE, 200, Served.NO_SUCH_POOL, "", "404", Map.of());
  }

  @Test
  void anEntryComesOnceAndThePoolIsEmptyAfterTheLastOne() {
    assertRight(tale.fill(null, "a", "b").take("a").count(Tale.MLS, 1).take("b").take(null));
    assertBreaks(Rule.ONCE, tale.take("b"));
  }

  @Test
  void anEntryOfAnotherPoolIsFound() {
    tale.fill(null, "a").upload("x");
    Map<String, String> keys = Map.of(Tale.MLS, "ec:x");
    assertBreaks(
        Rule.ORIGIN, tale.take(tale.next(), null, new Served(Tale.PLACE, 200, "", "", "", keys)));
  }

  @Test
  void theLastResortEntryComesManyTimesWhileThePoolMayBeEmpty() {
    tale.fill("z", "a");
    assertBreaks(Rule.EMPTY, new Tale().open().fill("z", "a").take("z"));
    assertRight(tale.take("a").take("z").take("z").count(Tale.MLS, 0));
  }

  @Test
  void theLastResortEntryIsRightWhileTheLastOneIsBeingClaimed() {
    tale.fill("z", "a");
    Span claiming = tale.over(2);
    assertRight(tale.take("z").take(claiming, null, "a"));
  }

  @Test
  void theLastResortEntryIsRightWhereALostClaimMayHaveBurnedTheLastOne() {
    tale.fill("z", "a").trouble(2);
    Served lost = Served.refused(Tale.PLACE, 503, "redis_unavailable");
    assertRight(tale.take(tale.next(), null, lost).take("z"));
  }

  @Test
  void nothingAtAllIsFoundWhereThereIsALastResortEntry() {
    assertRight(tale.fill(null, "a").take("a").take(null));
    assertBreaks(Rule.EMPTY, tale.fill("z").take(null));
  }

  @Test
  void aLastResortEntryThatWasReplacedIsFound() {
    assertBreaks(Rule.ORIGIN, tale.fill("y").fill("z").take("y"));
  }

  @Test
  void aLastResortEntryMayBeThatOfALateUploadWhileItsOrderIsUnknown() {
    tale.fill("x");
    Span late = tale.over(2);
    assertRight(tale.fill("z").fill(late, 204, 0, "y").take("y").take("z"));
    assertBreaks(Rule.ORIGIN, tale.take("x"));
  }

  @Test
  void aLastResortEntryWithoutAnAnswerMayBeStoredOrNotUntilTheAccountIsAnother() {
    tale.fill("y").trouble(1).fill(tale.next(), Event.LOST, Event.UNTOLD, "z");
    assertRight(tale.take("y").take("z"));
    assertBreaks(Rule.ORIGIN, tale.open(Tale.PLACE, "i2").take("z"));
  }

  @Test
  void aLastResortEntryFromBeforeTheAccountRegisteredAnewIsFound() {
    tale.fill("z", "a").open(Tale.PLACE, "i2").fill(null, "b").take("b");
    assertBreaks(Rule.ORIGIN, tale.take("z"));
  }

  @Test
  void anEntryFromBeforeTheAccountRegisteredAnewIsFound() {
    assertBreaks(
        Rule.ORIGIN, tale.fill(null, "a").open(Tale.PLACE, "i2").fill(null, "b").take("a"));
  }

  @Test
  void aPoolIsThereFromItsFirstUploadOnUntilItsDeviceIsAnother() {
    tale.take(tale.next(), null, noSuchPool()).count(Tale.MLS, Event.ABSENT);
    tale.fill(null, "a").take("a").open(Tale.PLACE, "i2");
    assertRight(tale.take(tale.next(), null, noSuchPool()));
    tale.fill(null, "b").count(Tale.MLS, Event.ABSENT).take(tale.next(), null, noSuchPool());
    assertEquals(List.of(Rule.EMPTY, Rule.COUNT), tale.findings());
  }

  @Test
  void thatAPoolWasNotThereIsToldAgainUnderTheSameIdempotencyKeyOnly() {
    tale.take(tale.next(), "k", noSuchPool()).fill(null, "a");
    assertRight(tale.take(tale.next(), "k", noSuchPool()).count(Tale.MLS, 1));
    assertBreaks(Rule.REPLAY, tale.take(tale.next(), "k", "a"));
  }

  @Test
  void aSpentEntryThatIsNotDroppedIsFound() {
    tale.fill(null, "a", "b").take("a");
    assertRight(tale.fill(tale.next(), 204, 1, null, "a", "b").count(Tale.MLS, 1));
    assertBreaks(Rule.DROPPED, tale.fill(tale.next(), 204, 0, null, "a", "b"));
  }

  @Test
  void aCountThatTheModelDoesNotAllowIsFound() {
    assertRight(tale.fill(null, "a", "b").upload("c").count(Tale.MLS, 2).count(1));
    assertBreaks(Rule.COUNT, tale.count(Tale.MLS, 1));
  }
}
