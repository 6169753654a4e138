package io.restante.prove;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.restante.faults.Span;
import io.restante.prove.Event.Claim;
import io.restante.prove.Event.Form;
import io.restante.prove.Event.Naming;
import io.restante.prove.Event.Served;
import io.restante.prove.Finding.Rule;
import io.restante.prove.Requester.Manner;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Records of claims by handle made by hand, good and bad ones. */
class CheckerHandleTest {
  private static final String HANDLE = "+15550100";
  private static final Place BY_HANDLE = new Place(HANDLE, 1);
  private static final Place NEXT = new Place("bob's next", 1);
  private static final String NEXT_IDENTITY = "i2";

  private final Tale tale = new Tale();

  private CheckerHandleTest() {
    tale.add(new Naming(tale.next(), HANDLE, Tale.SERVICE)).open().upload("a", "b");
  }

  private static void assertRight(Tale tale) {
    assertEquals(List.of(), tale.findings());
  }

  private static void assertBreaks(Rule rule, Tale tale) {
    assertEquals(List.of(rule), tale.findings());
  }

  private Tale claim(Span span, @Nullable String once, int status, Served... served) {
    return claim(span, Form.KEYS, once, status, served);
  }

  private Tale claim(Span span, Form form, @Nullable String once, int status, Served... served) {
    List<String> pools = List.of(Pool.EC, Pool.KEM);
    return tale.add(
        new Claim(
            span,
            "alice",
            Manner.HTTP,
            form,
            pools,
            List.of(BY_HANDLE),
            once,
            status,
            List.of(served)));
  }

  private static Served served(String identity, @Nullable String key) {
    return Tale.served(BY_HANDLE, identity, "", key);
  }

  /** The account is deleted, and the handle leads to another one. */
  private Tale anotherAccount() {
    return tale.delete(Tale.PLACE)
        .add(new Naming(tale.next(), HANDLE, NEXT.service()))
        .open(NEXT, NEXT_IDENTITY);
  }

  @Test
  void aClaimByHandleTakesFromTheAccountThatItLeadsTo() {
    claim(tale.next(), null, 200, served(Tale.IDENTITY, "a"));
    assertRight(tale.claim("b").count(0));
    anotherAccount();
    assertRight(claim(tale.next(), null, 200, served(NEXT_IDENTITY, null)));
  }

  @Test
  void aKeyThatCameByHandleAndByIdIsFound() {
    claim(tale.next(), null, 200, served(Tale.IDENTITY, "a"));
    assertBreaks(Rule.ONCE, tale.claim("a"));
  }

  @Test
  void emptyWhileAKeyWaitsIsFoundAlsoByHandle() {
    assertBreaks(Rule.EMPTY, claim(tale.next(), null, 200, served(Tale.IDENTITY, null)));
  }

  @Test
  void aDeviceThatIsMissingInTheAnswerIsFoundAlsoByHandle() {
    assertBreaks(Rule.EMPTY, claim(tale.next(), Form.BATCH, null, 200));
  }

  @Test
  void keysOfTheAccountThatTheHandleLedToBeforeAreFound() {
    anotherAccount();
    assertBreaks(Rule.ORIGIN, claim(tale.next(), null, 200, served(Tale.IDENTITY, "a")));
  }

  @Test
  void keysOfAnAccountThatTheHandleNeverLedToAreFound() {
    tale.open(new Place("carol", 1), "i9");
    assertBreaks(Rule.ORIGIN, claim(tale.next(), null, 200, served("i9", null)));
    assertEquals(2, claim(tale.next(), null, 200, served("i8", null)).findings().size());
  }

  @Test
  void eitherAccountIsRightWhileOneFollowsTheOther() {
    Span first = tale.over(4);
    Span second = new Span(first.from() + 1, first.to() + 1);
    anotherAccount();
    claim(first, null, 200, served(Tale.IDENTITY, "a"));
    assertRight(claim(second, null, 200, served(NEXT_IDENTITY, null)));
  }

  @Test
  void aHandleThatLeadsToAnAccountIsNot404() {
    assertBreaks(Rule.STATUS, claim(tale.next(), null, 404));
  }

  @Test
  void aHandleIs404BetweenTwoAccountsAndShortlyAfterwards() {
    tale.delete(Tale.PLACE);
    assertRight(claim(tale.next(), null, 404));
    tale.add(new Naming(tale.next(), HANDLE, NEXT.service())).open(NEXT, NEXT_IDENTITY);
    assertRight(claim(tale.next(), null, 404));
    Span late = new Span(60_000_000_000L, 60_000_000_001L);
    assertBreaks(Rule.STATUS, claim(late, null, 404));
  }

  @Test
  void aLostClaimByHandleBurnsOneKeyOfTheAccountAndNotTwo() {
    tale.upload("a", "b", "c").trouble(1);
    claim(tale.next(), null, Event.LOST);
    assertRight(tale.claim("a").claim("b").claim(null));
    assertEquals(2, new CheckerHandleTest().lostAndTooFew().findings().size());
  }

  private Tale lostAndTooFew() {
    tale.upload("a", "b", "c").trouble(1);
    claim(tale.next(), null, Event.LOST);
    return tale.claim("a").claim(null).quiet().count(0);
  }

  @Test
  void aLostClaimByHandleMayBurnAKeyOfTheNextAccountUntilAllIsQuiet() {
    tale.trouble(1);
    claim(tale.next(), null, Event.LOST);
    anotherAccount();
    tale.add(
        new Event.Upload(
            tale.next(),
            NEXT,
            Manner.HTTP,
            NEXT_IDENTITY,
            List.of("ec:c"),
            false,
            null,
            204,
            Event.UNTOLD));
    assertRight(claim(tale.next(), null, 200, served(NEXT_IDENTITY, null)));
  }

  @Test
  void anIdempotencyKeyHoldsAlsoForAHandle() {
    tale.trouble(1);
    claim(tale.next(), "k", Event.LOST);
    claim(tale.next(), "k", 200, served(Tale.IDENTITY, "a"));
    claim(tale.next(), "k", 200, served(Tale.IDENTITY, "a"));
    assertRight(tale.count(1));
    assertBreaks(
        Rule.REPLAY,
        claim(tale.next(), "k", 200, Tale.served(BY_HANDLE, Tale.IDENTITY, "other", "a")));
  }
}
