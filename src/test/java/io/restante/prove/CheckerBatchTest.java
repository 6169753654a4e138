package io.restante.prove;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.restante.faults.Span;
import io.restante.prove.Event.Claim;
import io.restante.prove.Event.Form;
import io.restante.prove.Event.Served;
import io.restante.prove.Finding.Rule;
import io.restante.prove.Requester.Manner;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Records of batches and of deleted accounts made by hand, good and bad ones. */
class CheckerBatchTest {
  private static final Place LINKED = new Place(Tale.SERVICE, 2);
  private static final Place ALL = new Place(Tale.SERVICE, Place.ALL);
  private static final Place OTHER = new Place("carol", 1);

  private final Tale tale = new Tale().open().open(LINKED, Tale.IDENTITY).open(OTHER, "i9");

  private static void assertRight(Tale tale) {
    assertEquals(List.of(), tale.findings());
  }

  private static void assertBreaks(Rule rule, Tale tale) {
    assertEquals(List.of(rule), tale.findings());
  }

  private static Served first(@Nullable String key) {
    return Tale.served(Tale.PLACE, Tale.IDENTITY, String.valueOf(key), key);
  }

  private static Served other() {
    return Tale.served(OTHER, "i9", "", null);
  }

  private Claim batch(List<Place> wanted, @Nullable String once, int status, Served... served) {
    return new Claim(
        tale.next(),
        "alice",
        Manner.HTTP,
        Form.BATCH,
        List.of(Pool.EC, Pool.KEM),
        wanted,
        once,
        status,
        List.of(served));
  }

  @Test
  void eachDeviceIsAnsweredForItself() {
    tale.upload("a", "b").trouble(2);
    Served refused = Served.refused(OTHER, 503, "redis_unavailable");
    assertRight(tale.batch(null, first("a"), refused).batch(null, other(), first("b")).count(0));
  }

  @Test
  void aRefusalOfOneDeviceNeedsAReason() {
    tale.upload("a");
    assertBreaks(Rule.STATUS, tale.batch(null, first("a"), Served.refused(OTHER, 503, "")));
    assertEquals(
        2, tale.batch(null, Served.refused(OTHER, 404, "no_such_device")).findings().size());
    assertEquals(3, tale.batch(null, Served.refused(OTHER, 500, "")).findings().size());
  }

  @Test
  void aKeyThatCameBySingleClaimAndByBatchIsFound() {
    assertBreaks(Rule.ONCE, tale.upload("a", "b").claim("a").batch(null, other(), first("a")));
  }

  @Test
  void aKeyOfAnotherAccountIsFound() {
    Served wrong = Tale.served(OTHER, "i9", "", "a");
    assertBreaks(Rule.ORIGIN, tale.upload("a", "b").batch(null, wrong));
  }

  @Test
  void emptyWhileAKeyWaitsIsFoundAlsoInABatch() {
    assertBreaks(Rule.EMPTY, tale.upload("a").batch(null, first(null), other()));
  }

  @Test
  void aRefusedDeviceBurnsOneKeyOfItsOwnAndNoneOfTheOthers() {
    tale.upload("a", "b").trouble(1);
    tale.batch(null, first("a"), Served.refused(OTHER, 503, "redis_unavailable"));
    assertBreaks(Rule.EMPTY, tale.claim(null));
  }

  @Test
  void aLostBatchBurnsOneKeyOfEachOfItsDevices() {
    tale.upload("a", "b", "c").trouble(1).add(batch(List.of(ALL, OTHER), null, Event.LOST));
    assertBreaks(Rule.EMPTY, tale.claim("a").claim(null));
    assertEquals(1, tale.claim("b").claim(null).findings().size());
  }

  @Test
  void aDeviceThatIsMissingInABatchIsFound() {
    tale.add(batch(List.of(ALL), null, 200, first(null)));
    assertBreaks(Rule.EMPTY, tale);
    tale.add(batch(List.of(Tale.PLACE, OTHER), null, 200, first(null)));
    assertEquals(List.of(Rule.EMPTY, Rule.EMPTY, Rule.EMPTY), tale.findings());
  }

  @Test
  void anIdempotencyKeyHoldsForEachDeviceByItself() {
    tale.upload("a", "b", "c").trouble(1).add(batch(List.of(ALL), "k", Event.LOST));
    Served second = Tale.served(LINKED, Tale.IDENTITY, "", null);
    assertRight(tale.batch("k", other(), first("a")).batch("k", first("a"), second).count(2));
    assertBreaks(Rule.REPLAY, tale.batch("k", first("b")));
  }

  @Test
  void anotherIdempotencyKeyIsAnotherClaim() {
    tale.upload("a", "b", "c").batch("k", first("a"));
    assertBreaks(Rule.ONCE, tale.batch("l", first("a")));
  }

  @Test
  void whatADeviceWasRefusedItMayBeGivenUnderTheSameIdempotencyKey() {
    tale.upload("a", "b").trouble(1);
    tale.batch("k", Served.refused(Tale.PLACE, 503, "redis_unavailable"), other());
    assertRight(tale.batch("k", first("a"), other()).count(1));
  }

  @Test
  void aDeletedAccountIs404() {
    tale.upload("a").delete(Tale.PLACE).delete(LINKED).refused(tale.next(), 404);
    Served gone = Served.refused(ALL, 404, "no_such_account");
    assertRight(tale.batch(null, gone, other()));
  }

  @Test
  void aKeyOfADeletedAccountIsFound() {
    assertBreaks(Rule.ORIGIN, tale.upload("a").delete(Tale.PLACE).delete(LINKED).claim("a"));
  }

  @Test
  void aKeyOfADeletedAccountMayComeWhileItIsDeleted() {
    Span claiming = tale.upload("a").over(2);
    assertRight(tale.delete(Tale.PLACE).claim(claiming, "alice", null, "", "a"));
  }

  @Test
  void whatADeletedAccountAnsweredBeforeIsToldAgainWhileItIsDeletedAndNotAfterwards() {
    tale.upload("a").claim(tale.next(), "alice", "k", "bytes", "a");
    Span claiming = tale.over(3);
    tale.delete(Tale.PLACE).delete(LINKED).claim(claiming, "alice", "k", "bytes", "a");
    assertRight(tale.refused(tale.next(), "k", 404));
    assertBreaks(Rule.ORIGIN, tale.claim(tale.next(), "alice", "k", "bytes", "a"));
    tale.claim(tale.next(), "alice", "l", "bytes", null);
    assertEquals(List.of(Rule.ORIGIN, Rule.ORIGIN), tale.findings());
  }

  @Test
  void aKeyOfADeletedAccountUnderItsSuccessorIsFound() {
    tale.upload("a").delete(Tale.PLACE).delete(LINKED);
    Place successor = new Place("bob's next", 1);
    tale.open(successor, "i2");
    assertRight(tale.batch(null, Tale.served(successor, "i2", "", null)));
    assertBreaks(Rule.ORIGIN, tale.batch(null, Tale.served(successor, "i2", "", "a")));
  }

  @Test
  void anAccountThatIsThereAgainAfterItsDeletionIsFound() {
    assertBreaks(Rule.ORIGIN, tale.delete(Tale.PLACE).delete(LINKED).open(Tale.PLACE, "i2"));
  }

  @Test
  void anEmptyAnswerAboutADeletedAccountIsFound() {
    tale.delete(Tale.PLACE).delete(LINKED).add(batch(List.of(ALL), null, 200));
    assertBreaks(Rule.EMPTY, tale);
  }
}
