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
    return bed.await(() -> verification.open(AccountBed.HANDLE));
  }

  private VerificationSession submit(String id, String code) {
    return bed.await(() -> byCode.submitCode(id, code));
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
    assertTrue(bed.await(() -> byCode.get(session.id())).verified());
    assertTrue(submit(session.id(), "anything").verified());
    assertTrue(bed.await(() -> byCode.requestCode(session.id(), Transport.SMS)).verified());
    assertEquals(1, sent.size());
  }

  @Test
  void attemptsAndSendsBelongToTheHandleAndNotToASession() {
    VerificationSession first = open(byCode);
    bed.await(() -> byCode.requestCode(first.id(), Transport.SMS));
    String code = sent.getLast();
    for (int i = 0; i < 3; i++) {
      assertFalse(submit(open(byCode).id(), wrong(code)).verified());
    }
    VerificationSession spent = submit(open(byCode).id(), code);
    assertFalse(spent.verified());
    assertEquals(NEVER, spent.nextAttemptSeconds());
    for (int i = 0; i < 2; i++) {
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
    bed.command("HSET", "code:" + AccountBed.HANDLE.text(), "nextAttempt", "9999999999999");
    assertEquals(
        ErrorCode.RATE_LIMITED,
        refusal(() -> byCode.submitCode(session.id(), sent.getLast())).code());
  }

  @Test
  void generationsAAndBVerifyByTheHandleAlone() {
    assertFalse(bed.await(() -> byCode.submitCode(AccountBed.HANDLE, "000000")));
    bed.await(() -> byCode.requestCode(AccountBed.HANDLE, Transport.SMS));
    String code = sent.getLast();
    assertFalse(bed.await(() -> byCode.submitCode(AccountBed.HANDLE, wrong(code))));
    assertTrue(bed.await(() -> byCode.submitCode(AccountBed.HANDLE, code)));
    assertFalse(bed.await(() -> byCode.submitCode(AccountBed.HANDLE, code)));
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
              () -> byCode.get(id),
              () -> byCode.requestCode(id, Transport.SMS),
              () -> byCode.submitCode(id, "000000"))) {
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
    assertTrue(bed.await(() -> opened.submitCode(session.id(), "any")).verified());
    assertTrue(bed.await(() -> opened.submitCode(AccountBed.HANDLE, "any")));
    assertTrue(sent.isEmpty());
    assertEquals(1, bed.keys("*").size());
  }

  @Test
  void nothingIsPossibleWhereRegistrationIsClosed() {
    Verification closed = verification(Mode.CLOSED, 600);
    Map<String, Supplier<Future<?>>> steps =
        Map.of(
            "open", () -> closed.open(AccountBed.HANDLE),
            "get", () -> closed.get("x"),
            "request", () -> closed.requestCode("x", Transport.SMS),
            "submit", () -> closed.submitCode("x", "000000"),
            "request by handle", () -> closed.requestCode(AccountBed.HANDLE, Transport.SMS),
            "submit by handle", () -> closed.submitCode(AccountBed.HANDLE, "000000"),
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
                Future.failedFuture(new GatewayException(ErrorCode.CODE_NOT_SENT, "no")));
    assertEquals(
        ErrorCode.CODE_NOT_SENT,
        refusal(() -> failing.requestCode(AccountBed.HANDLE, Transport.SMS)).code());
    assertEquals(
        ErrorCode.RATE_LIMITED,
        refusal(() -> failing.requestCode(AccountBed.HANDLE, Transport.SMS)).code());
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
      bed.await(() -> unlimited.requestCode(AccountBed.HANDLE, Transport.SMS));
    }
    assertEquals(10, sent.size());
    for (int i = 0; i < 2; i++) {
      assertFalse(bed.await(() -> unlimited.submitCode(AccountBed.HANDLE, "wrong")));
    }
    assertTrue(bed.await(() -> unlimited.submitCode(AccountBed.HANDLE, sent.getLast())));
    bed.await(() -> unlimited.requestCode(AccountBed.HANDLE, Transport.SMS));
    for (int i = 0; i < 3; i++) {
      assertFalse(bed.await(() -> unlimited.submitCode(AccountBed.HANDLE, "wrong")));
    }
    assertFalse(bed.await(() -> unlimited.submitCode(AccountBed.HANDLE, sent.getLast())));
  }
}
