package io.restante.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.account.CodeState.Status;
import io.restante.testing.EventLoop;
import io.restante.testing.RedisServerExtension;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every branch of the scripts about codes. */
class CodeScriptsIT {
  private static final CodeAsker OWNER = CodeAsker.ofSession("owner");
  private static final String ORIGIN = "here";
  private static final String KEY = "code:" + AccountBed.HANDLE.text();

  /** Nothing ends by time while a test runs. */
  private static final CodeLimits LONG = new CodeLimits(600_000, 3, 60_000, 2, 60_000, 3_600_000);

  /** No pauses. */
  private static final CodeLimits EAGER = new CodeLimits(600_000, 3, 0, 2, 0, 3_600_000);

  @RegisterExtension static final RedisServerExtension redis = new RedisServerExtension();

  private final AccountBed bed = new AccountBed(redis);

  @AfterEach
  void close() {
    bed.close();
  }

  private CodeState issue(String code, CodeLimits limits) {
    return bed.await(() -> IssueCodeScript.send(bed.link, AccountBed.HANDLE, OWNER, code, limits));
  }

  private CodeState mint(String code, CodeLimits limits) {
    return bed.await(() -> IssueCodeScript.mint(bed.link, AccountBed.HANDLE, code, limits));
  }

  private CodeState check(String code, CodeLimits limits) {
    return bed.await(
        () -> CheckCodeScript.run(bed.link, AccountBed.HANDLE, OWNER, ORIGIN, code, limits));
  }

  private CodeState state(CodeLimits limits) {
    return bed.await(() -> CodeStateScript.run(bed.link, AccountBed.HANDLE, OWNER, ORIGIN, limits));
  }

  private long ttlMs() {
    return ((Number) Objects.requireNonNull(bed.command("PTTL", KEY))).longValue();
  }

  private static void assertAbout(long expectedMs, long actualMs) {
    assertTrue(actualMs <= expectedMs && actualMs > expectedMs - 30_000, actualMs + " ms");
  }

  @Test
  void issueIsLimitedByThePauseAndByTheCount() {
    assertEquals(new CodeState(Status.ISSUED, 60_000, 0), issue("1", LONG));
    CodeState early = issue("2", LONG);
    assertEquals(Status.LIMITED, early.status());
    assertAbout(60_000, early.nextSendMs());
    assertEquals(0, early.nextAttemptMs());
    assertEquals("1", bed.hash(KEY).get("code"));
    bed.command("HSET", KEY, "nextSend", 0);
    assertEquals(new CodeState(Status.ISSUED, -1, 0), issue("3", LONG));
    bed.command("HSET", KEY, "nextSend", 0);
    assertEquals(new CodeState(Status.LIMITED, -1, 0), issue("4", LONG));
    assertEquals("3", bed.hash(KEY).get("code"));
    bed.command("HSET", KEY, "until", 0);
    assertEquals(new CodeState(Status.LIMITED, -1, -1), issue("4", LONG));
  }

  @Test
  void issueCountsWithinAWindowThatIsNotDrawnOut() {
    issue("1", EAGER);
    assertAbout(3_600_000, ttlMs());
    bed.command("PEXPIRE", KEY, 700_000);
    issue("2", EAGER);
    assertAbout(700_000, ttlMs());
  }

  @Test
  void issueHoldsACodeForItsWholeTime() {
    issue("1", EAGER);
    bed.command("PEXPIRE", KEY, 100_000);
    issue("2", EAGER);
    assertAbout(600_000, ttlMs());
  }

  @Test
  void mintReplacesTheCodeAndCountsForNothing() {
    issue("1", LONG);
    CodeState minted = mint("2", LONG);
    assertEquals(Status.ISSUED, minted.status());
    assertAbout(60_000, minted.nextSendMs());
    assertEquals("1", bed.hash(KEY).get("sends"));
    assertEquals(Status.RIGHT, check("2", LONG).status());
    bed.command("DEL", KEY);
    assertEquals(new CodeState(Status.ISSUED, 0, 0), mint("3", LONG));
    assertAbout(3_600_000, ttlMs());
  }

  @Test
  void checkUsesARightCodeUp() {
    issue("1", EAGER);
    assertEquals(new CodeState(Status.RIGHT, 0, -1), check("1", EAGER));
    assertEquals(new CodeState(Status.NONE, 0, -1), check("1", EAGER));
  }

  @Test
  void checkCountsWrongOnesUntilTheCodeIsVoid() {
    assertEquals(new CodeState(Status.NONE, 0, -1), check("1", LONG));
    issue("1", LONG);
    assertEquals(60_000, check("2", LONG).nextAttemptMs());
    CodeState early = check("1", LONG);
    assertEquals(Status.LIMITED, early.status());
    assertAbout(60_000, early.nextAttemptMs());
    bed.command("HSET", KEY, "at:session:owner", 0);
    assertEquals(Status.WRONG, check("2", EAGER).status());
    CodeState last = check("2", EAGER);
    assertEquals(Status.WRONG, last.status());
    assertEquals(-1, last.nextAttemptMs());
    assertEquals(Status.NONE, check("1", EAGER).status());
  }

  @Test
  void checkCountsSharedAttemptsByAddressAndKeepsNoneOfThemOnceTheCodeIsRight() {
    mint("1", LONG);
    assertEquals(60_000, check("2", LONG).nextAttemptMs());
    assertEquals("29", bed.hash(KEY).get("left:anyone"));
    assertEquals("1", bed.hash(KEY).get("tried:here"));
    assertEquals(Status.LIMITED, check("1", LONG).status());
    bed.command("HSET", KEY, "at:here", 0);
    check("2", EAGER);
    assertEquals(-1, check("2", EAGER).nextAttemptMs());
    assertEquals(new CodeState(Status.KNOWN, 0, -1), state(EAGER));
    assertEquals(Status.NONE, check("1", EAGER).status());
    mint("3", EAGER);
    assertEquals(0, state(EAGER).nextAttemptMs());
    assertEquals(Status.RIGHT, check("3", EAGER).status());
    assertEquals(Map.of(), bed.hash(KEY));
  }

  @Test
  void whatIsRightLeavesTheCountOfSendsAndItsTime() {
    issue("1", LONG);
    bed.command("PEXPIRE", KEY, 700_000);
    check("1", LONG);
    assertEquals(Set.of("sends", "nextSend"), bed.hash(KEY).keySet());
    assertAbout(700_000, ttlMs());
  }

  @Test
  void checkKnowsNoCodeWhoseTimeIsUp() {
    issue("1", EAGER);
    bed.command("HSET", KEY, "until", 0);
    assertEquals(Status.NONE, check("1", EAGER).status());
    issue("2", EAGER);
    assertEquals(new CodeState(Status.RIGHT, -1, -1), check("2", EAGER));
    assertEquals(new CodeState(Status.NONE, -1, -1), check("2", EAGER));
  }

  @Test
  void stateTellsWhatIsPossibleNext() {
    assertEquals(new CodeState(Status.KNOWN, 0, -1), state(LONG));
    issue("1", LONG);
    assertAbout(60_000, state(LONG).nextSendMs());
    assertEquals(0, state(LONG).nextAttemptMs());
    check("2", LONG);
    assertAbout(60_000, state(LONG).nextAttemptMs());
    bed.command("HSET", KEY, "nextSend", 0, "until", 0);
    assertEquals(new CodeState(Status.KNOWN, 0, -1), state(LONG));
    issue("3", LONG);
    assertEquals(new CodeState(Status.KNOWN, -1, 0), state(LONG));
  }

  @Test
  void aCodeGoesByItself() {
    issue("1", new CodeLimits(1, 3, 0, 2, 0, 1));
    EventLoop.until("gone", () -> Long.valueOf(0).equals(bed.command("EXISTS", KEY)));
  }
}
