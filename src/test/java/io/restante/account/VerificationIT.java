package io.restante.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.account.CodeSender.Transport;
import io.restante.account.RegistrationConfig.Mode;
import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.restante.protocol.Handle;
import io.restante.testing.EventLoop;
import io.restante.testing.RedisServerExtension;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class VerificationIT {
  private static final OptionalLong NOW = OptionalLong.of(0);
  private static final OptionalLong NEVER = OptionalLong.empty();
  private static final String ORIGIN = "here";
  private static final String ELSEWHERE = "elsewhere";

  @RegisterExtension static final RedisServerExtension redis = new RedisServerExtension();

  private final AccountBed bed = new AccountBed(redis);
  private final Deque<String> sent = new ArrayDeque<>();
  private final Verification byCode = verification(Mode.CODE, 600);

  @AfterEach
  void close() {
    bed.close();
  }

  private Verification verification(Mode mode, int sessionTtlSeconds) {
    RegistrationConfig config = new RegistrationConfig(mode, sessionTtlSeconds, 300, 3, null, null);
    CodeSender sender =
        (handle, code, transport) -> {
          sent.add(code);
          return Future.succeededFuture();
        };
    return new Verification(
        bed.link, config, new CodeLimits(300_000, 3, 0, 3, 0, 3_600_000), sender);
  }

  private GatewayException refusal(Supplier<? extends Future<?>> step) {
    return assertThrows(GatewayException.class, () -> bed.await(() -> step.get().mapEmpty()));
  }

  private VerificationSession open(Verification verification) {
    return bed.await(() -> verification.open(AccountBed.HANDLE, ORIGIN));
  }

  private VerificationSession submit(String id, String code) {
    return bed.await(() -> byCode.submitCode(id, code, ORIGIN));
  }

  private boolean isVerified(String id, Handle handle) {
    return bed.await(() -> byCode.isVerified(id, handle));
  }

  private static String wrong(String code) {
    return code.equals("000000") ? "000001" : "000000";
  }

  @Test
  void theCodeThatWasSentVerifiesTheSession() {
    VerificationSession session = open(byCode);
    assertTrue(session.id().matches("[A-Za-z0-9_-]{32}"));
    assertNotEquals(session.id(), open(byCode).id());
    assertEquals(NOW, session.nextSendSeconds());
    assertEquals(NEVER, session.nextAttemptSeconds());
    VerificationSession asked = bed.await(() -> byCode.requestCode(session.id(), Transport.VOICE));
    assertEquals(NOW, asked.nextAttemptSeconds());
    assertTrue(sent.getLast().matches("\\d{6}"));
    VerificationSession wrong = submit(session.id(), wrong(sent.getLast()));
    assertFalse(wrong.verified());
    assertEquals(NOW, wrong.nextAttemptSeconds());
    assertFalse(isVerified(session.id(), AccountBed.HANDLE));
    VerificationSession right = submit(session.id(), sent.getLast());
    assertTrue(right.verified());
    assertEquals(NEVER, right.nextAttemptSeconds());
    assertTrue(isVerified(session.id(), AccountBed.HANDLE));
    assertFalse(isVerified(session.id(), new Handle("+15550199")));
    assertTrue(bed.await(() -> byCode.get(session.id(), ORIGIN)).verified());
    assertTrue(submit(session.id(), "anything").verified());
    assertTrue(bed.await(() -> byCode.requestCode(session.id(), Transport.SMS)).verified());
    assertEquals(1, sent.size());
  }

  @Test
  void aStrangersSessionsHaveNoAttemptsAndTakeNoneOfTheOwners() {
    VerificationSession owner = open(byCode);
    bed.await(() -> byCode.requestCode(owner.id(), Transport.SMS));
    String code = sent.getLast();
    for (int i = 0; i < 10; i++) {
      VerificationSession stranger = submit(open(byCode).id(), i == 5 ? code : wrong(code));
      assertFalse(stranger.verified());
      assertEquals(NEVER, stranger.nextAttemptSeconds());
    }
    for (int i = 0; i < 10; i++) {
      String guess = wrong(code);
      assertFalse(bed.await(() -> byCode.submitCode(AccountBed.HANDLE, "stranger", guess, ORIGIN)));
    }
    assertTrue(submit(owner.id(), code).verified());
  }

  @Test
  void eachSendBuysItsAttemptsAndThatIsAllThereAre() {
    int tried = 0;
    for (int i = 0; i < 3; i++) {
      String id = open(byCode).id();
      bed.await(() -> byCode.requestCode(id, Transport.SMS));
      for (int j = 0; j < 10; j++) {
        String guess = wrong(sent.getLast());
        tried += bed.await(() -> byCode.get(id, ORIGIN)).nextAttemptSeconds().isPresent() ? 1 : 0;
        assertFalse(submit(id, guess).verified());
      }
      assertFalse(submit(id, sent.getLast()).verified());
    }
    assertEquals(9, tried);
    assertFalse(submit(open(byCode).id(), sent.getLast()).verified());
  }

  @Test
  void anotherCodeLeavesTheOwnersSessionItsAttempts() {
    VerificationSession owner = open(byCode);
    bed.await(() -> byCode.requestCode(owner.id(), Transport.SMS));
    String stranger = open(byCode).id();
    bed.await(() -> byCode.requestCode(stranger, Transport.SMS));
    for (int i = 0; i < 3; i++) {
      submit(stranger, wrong(sent.getLast()));
    }
    assertTrue(submit(owner.id(), sent.getLast()).verified());
  }

  @Test
  void aHandleHasSoManySends() {
    for (int i = 0; i < 3; i++) {
      String id = open(byCode).id();
      bed.await(() -> byCode.requestCode(id, Transport.SMS));
    }
    VerificationSession last = open(byCode);
    assertEquals(NEVER, last.nextSendSeconds());
    GatewayException limited = refusal(() -> byCode.requestCode(last.id(), Transport.SMS));
    assertEquals(ErrorCode.RATE_LIMITED, limited.code());
    assertEquals(3_600, limited.retryAfterSeconds());
    assertEquals(3, sent.size());
  }

  @Test
  void anAttemptThatComesTooEarlyIsLimited() {
    VerificationSession session = open(byCode);
    bed.await(() -> byCode.requestCode(session.id(), Transport.SMS));
    String at = "at:session:" + session.id();
    bed.command("HSET", "code:" + AccountBed.HANDLE.text(), at, "9999999999999");
    assertEquals(
        ErrorCode.RATE_LIMITED,
        refusal(() -> byCode.submitCode(session.id(), sent.getLast(), ORIGIN)).code());
  }

  @Test
  void generationsAAndBVerifyByTheHandleAlone() {
    assertFalse(submitByHandle("000000"));
    bed.await(() -> byCode.requestCode(AccountBed.HANDLE, AccountBed.PASSWORD, Transport.SMS));
    String code = sent.getLast();
    String stored = bed.hash("code:" + AccountBed.HANDLE.text()).toString();
    assertFalse(stored.contains(AccountBed.PASSWORD), stored);
    assertFalse(submitByHandle(wrong(code)));
    for (int i = 0; i < 10; i++) {
      assertFalse(bed.await(() -> byCode.submitCode(AccountBed.HANDLE, "another", code, ORIGIN)));
    }
    assertTrue(submitByHandle(code));
    assertFalse(submitByHandle(code));
  }

  private boolean submitByHandle(String code) {
    return bed.await(() -> byCode.submitCode(AccountBed.HANDLE, AccountBed.PASSWORD, code, ORIGIN));
  }

  @Test
  void aCodeThatWasAskedForWithoutAPasswordMayBeTriedByAll() {
    bed.await(() -> byCode.requestCode(AccountBed.HANDLE, null, Transport.SMS));
    assertFalse(submitByHandle(wrong(sent.getLast())));
    assertTrue(submitByHandle(sent.getLast()));
  }

  @Test
  void oneAddressCannotVoidAMintedCode() {
    String code = bed.await(() -> byCode.mint(AccountBed.HANDLE));
    for (int i = 0; i < 10; i++) {
      String id = open(byCode).id();
      String guess = i < 3 ? wrong(code) : code;
      assertFalse(bed.await(() -> byCode.submitCode(id, guess, ELSEWHERE)).verified());
    }
    assertTrue(submit(open(byCode).id(), code).verified());
  }

  @Test
  void manyAddressesTogetherHaveTenTimesTheAttemptsOfOne() {
    String code = bed.await(() -> byCode.mint(AccountBed.HANDLE));
    for (int i = 0; i < 30; i++) {
      String id = open(byCode).id();
      String origin = "origin " + i;
      assertEquals(NOW, bed.await(() -> byCode.get(id, origin)).nextAttemptSeconds());
      assertFalse(bed.await(() -> byCode.submitCode(id, wrong(code), origin)).verified());
    }
    assertFalse(submit(open(byCode).id(), code).verified());
    String next = bed.await(() -> byCode.mint(AccountBed.HANDLE));
    assertTrue(submit(open(byCode).id(), next).verified());
  }

  @Test
  void aCodeThatNobodyWouldBringDoesNotReplaceAMintedOne() {
    RegistrationConfig config = new RegistrationConfig(Mode.CODE, 600, 300, 3, null, null);
    Verification mintOnly = new Verification(bed.link, config, true, CodeSender.NONE);
    String code = bed.await(() -> mintOnly.mint(AccountBed.HANDLE));
    String id = open(mintOnly).id();
    GatewayException refusal = refusal(() -> mintOnly.requestCode(id, Transport.SMS));
    assertEquals(ErrorCode.CODE_NOT_SENT, refusal.code());
    assertEquals(60, refusal.retryAfterSeconds());
    assertTrue(bed.await(() -> mintOnly.submitCode(id, code, ORIGIN)).verified());
  }

  @Test
  void aMintedCodeIsNotSentAndIsRightOnce() {
    String code = bed.await(() -> byCode.mint(AccountBed.HANDLE));
    assertTrue(sent.isEmpty());
    assertTrue(submit(open(byCode).id(), code).verified());
    assertFalse(submit(open(byCode).id(), code).verified());
  }

  @Test
  void unknownAndExpiredSessionsAreAlike() {
    Verification brief = verification(Mode.CODE, 1);
    String expired = open(brief).id();
    EventLoop.until("expired", () -> bed.keys("verification:*").isEmpty());
    for (String id : List.of(expired, "unknown", "")) {
      for (Supplier<Future<?>> step :
          List.<Supplier<Future<?>>>of(
              () -> byCode.get(id, ORIGIN),
              () -> byCode.requestCode(id, Transport.SMS),
              () -> byCode.submitCode(id, "000000", ORIGIN))) {
        assertEquals(ErrorCode.NO_SUCH_SESSION, refusal(step).code());
      }
      assertFalse(isVerified(id, AccountBed.HANDLE));
    }
    assertEquals(List.of(), bed.keys("*"));
  }

  @Test
  void aVerifiedSessionEndsWithTheTimeOfItsOpening() {
    VerificationSession session = open(byCode);
    bed.command("EXPIRE", "verification:" + session.id(), 100);
    String code = bed.await(() -> byCode.mint(AccountBed.HANDLE));
    assertTrue(submit(session.id(), code).verified());
    bed.assertEndsIn(100, "verification:" + session.id());
  }

  @Test
  void anyCodeIsRightWhereRegistrationIsOpen() {
    Verification opened = verification(Mode.OPEN, 600);
    VerificationSession session = open(opened);
    assertEquals(NOW, session.nextSendSeconds());
    bed.await(() -> opened.requestCode(session.id(), Transport.SMS));
    bed.await(() -> opened.requestCode(session.id(), Transport.SMS));
    assertTrue(bed.await(() -> opened.submitCode(session.id(), "any", ORIGIN)).verified());
    assertTrue(
        bed.await(() -> opened.submitCode(AccountBed.HANDLE, AccountBed.PASSWORD, "any", ORIGIN)));
    assertTrue(sent.isEmpty());
    assertEquals(1, bed.keys("*").size());
  }

  @Test
  void nothingIsPossibleWhereRegistrationIsClosed() {
    Verification closed = verification(Mode.CLOSED, 600);
    Map<String, Supplier<Future<?>>> steps =
        Map.of(
            "open", () -> closed.open(AccountBed.HANDLE, ORIGIN),
            "get", () -> closed.get("x", ORIGIN),
            "request", () -> closed.requestCode("x", Transport.SMS),
            "submit", () -> closed.submitCode("x", "000000", ORIGIN),
            "request by handle", () -> closed.requestCode(AccountBed.HANDLE, null, Transport.SMS),
            "submit by handle", () -> closed.submitCode(AccountBed.HANDLE, "x", "000000", ORIGIN),
            "verified", () -> closed.isVerified("x", AccountBed.HANDLE),
            "mint", () -> closed.mint(AccountBed.HANDLE));
    steps.forEach(
        (name, step) -> assertEquals(ErrorCode.REGISTRATION_CLOSED, refusal(step).code(), name));
    assertEquals(List.of(), bed.keys("*"));
  }

  @Test
  void aCodeThatIsNotHandedOverIsToldAndCounts() {
    RegistrationConfig config = new RegistrationConfig(Mode.CODE, 600, 300, 3, null, null);
    Verification failing =
        new Verification(
            bed.link,
            config,
            true,
            (handle, code, transport) ->
                Future.failedFuture(new GatewayException(ErrorCode.CODE_NOT_SENT, "no", 5)));
    GatewayException notSent =
        refusal(() -> failing.requestCode(AccountBed.HANDLE, null, Transport.SMS));
    assertEquals(ErrorCode.CODE_NOT_SENT, notSent.code());
    assertEquals(30, notSent.retryAfterSeconds());
    assertEquals(
        ErrorCode.RATE_LIMITED,
        refusal(() -> failing.requestCode(AccountBed.HANDLE, null, Transport.SMS)).code());
  }

  @Test
  void withoutRateLimitsSendsAndAttemptsHaveNoPausesAndACodeStillHasFewAttempts() {
    RegistrationConfig config = new RegistrationConfig(Mode.CODE, 600, 300, 3, null, null);
    Verification unlimited =
        new Verification(
            bed.link,
            config,
            false,
            (handle, code, transport) -> {
              sent.add(code);
              return Future.succeededFuture();
            });
    for (int i = 0; i < 10; i++) {
      bed.await(() -> unlimited.requestCode(AccountBed.HANDLE, null, Transport.SMS));
    }
    assertEquals(10, sent.size());
    for (int i = 0; i < 2; i++) {
      assertFalse(bed.await(() -> unlimited.submitCode(AccountBed.HANDLE, "x", "wrong", ORIGIN)));
    }
    assertTrue(
        bed.await(() -> unlimited.submitCode(AccountBed.HANDLE, "x", sent.getLast(), ORIGIN)));
    bed.await(() -> unlimited.requestCode(AccountBed.HANDLE, null, Transport.SMS));
    for (int i = 0; i < 3; i++) {
      assertFalse(bed.await(() -> unlimited.submitCode(AccountBed.HANDLE, "x", "wrong", ORIGIN)));
    }
    assertFalse(
        bed.await(() -> unlimited.submitCode(AccountBed.HANDLE, "x", sent.getLast(), ORIGIN)));
  }
}
