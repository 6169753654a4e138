package io.restante.push.fcm;

import static io.restante.push.fcm.GoogleStub.LIFETIME_SECONDS;
import static io.restante.push.fcm.GoogleStub.answer;
import static io.restante.testing.EventLoop.result;
import static io.restante.testing.EventLoop.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.push.BoundedHttp.Answer;
import io.restante.push.PushOutcome;
import io.restante.push.PushOutcome.Accepted;
import io.restante.push.PushOutcome.Later;
import io.restante.push.fcm.Grant.AccessToken;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a sender's access tokens come from, seen from its pushes. */
class AccessTokensTest {
  private static final Later LATER = new Later(TokenAnswer.REFUSED_PAUSE_MS);

  private static final long LIFETIME_MS = LIFETIME_SECONDS * 1_000L;

  @TempDir private Path folder = Path.of(".");
  private final AtomicReference<@Nullable HttpServerRequest> held = new AtomicReference<>();

  @SuppressWarnings("NullAway.Init")
  private FcmBed bed;

  @BeforeEach
  void open() {
    bed = new FcmBed(folder);
  }

  @AfterEach
  void close() {
    bed.close();
  }

  @Test
  void aHundredPushesAskForOneToken() {
    List<Future<PushOutcome>> pushes =
        bed.loop.call(
            () -> {
              List<Future<PushOutcome>> all = new ArrayList<>();
              for (int i = 0; i < 100; i++) {
                all.add(bed.sender.send(FcmBed.push(null)));
              }
              return all;
            });
    pushes.forEach(push -> assertEquals(new Accepted(), result(push)));
    assertEquals(1, bed.google.tokenRequests.get());
    assertEquals(100, bed.google.messages.size());
  }

  @Test
  void aTokenIsRenewedEarlyWhileTheOldOneIsUsed() {
    bed.assertAccepted();
    bed.passes(LIFETIME_MS * 69 / 100);
    bed.assertAccepted();
    assertEquals(1, bed.google.tokenRequests.get());
    bed.passes(LIFETIME_MS * 11 / 100);
    bed.google.nextTokens.add(held::set);
    bed.assertAccepted();
    bed.assertAccepted();
    until("the request for a new token", () -> held.get() != null);
    assertEquals(2, bed.google.tokenRequests.get());
    assertEquals(List.of("Bearer ya29.secret-0"), bed.google.bearers.stream().distinct().toList());
    release(answer(200, bed.google.issue(bed.account)));
    until(
        "the new token",
        () -> {
          bed.assertAccepted();
          return bed.google.bearers.contains("Bearer ya29.secret-1");
        });
    assertEquals(2, bed.google.tokenRequests.get());
  }

  @Test
  void aTokenThatIsAboutToExpireIsNotUsed() {
    bed.assertAccepted();
    bed.passes(LIFETIME_MS - 60_000);
    bed.assertAccepted();
    assertEquals(List.of("Bearer ya29.secret-0", "Bearer ya29.secret-1"), bed.google.bearers);
  }

  @Test
  void renewingThatFailsDoesNotStopPushesWhileTheOldOneHolds() {
    bed.assertAccepted();
    bed.passes(LIFETIME_MS * 81 / 100);
    bed.google.nextTokens.add(request -> request.response().setStatusCode(503).end());
    bed.assertAccepted();
    until("the failure", () -> !bed.alarms().isEmpty());
    bed.assertAccepted();
    assertEquals(2, bed.google.tokenRequests.get());
    bed.passes(AccessTokens.PAUSE_MS_MIN);
    bed.assertAccepted();
    until("it was asked for again", () -> bed.google.issued.size() == 2);
  }

  @Test
  void gatewaysDoNotRenewInStep() {
    GoogleAccount account = bed.account.parsed();
    Answer ok =
        new Answer(
            200,
            null,
            new JsonObject().put("access_token", "t").put("expires_in", 1_000).toBuffer());
    AccessToken first = (AccessToken) TokenAnswer.grant(ok, account, 5_000, 0);
    AccessToken last = (AccessToken) TokenAnswer.grant(ok, account, 5_000, 1);
    assertEquals(705_000, first.refreshAtMs());
    assertEquals(805_000, last.refreshAtMs());
    assertEquals(945_000, last.expiresAtMs());
    assertEquals("AccessToken", first.toString());
  }

  @Test
  void aKeyThatIsNotTakenPutsPushesOffAndIsAskedWithAfterAPause() {
    bed.google.nextTokens.add(
        answer(
            400,
            new JsonObject()
                .put("error", "invalid_grant")
                .put("error_description", "said by a server")));
    assertEquals(LATER, bed.send());
    assertEquals(LATER, bed.send());
    assertEquals(1, bed.google.tokenRequests.get());
    assertEquals(1, bed.alarms().size(), String.valueOf(bed.alarms()));
    assertTrue(bed.alarms().get(0).contains("invalid_grant"), bed.alarms().get(0));
    bed.passes(AccessTokens.PAUSE_MS_MIN);
    bed.assertAccepted();
  }

  @Test
  void pausesGrowUpToTheirLimit() {
    long askedEveryMs = AccessTokens.PAUSE_MS_MIN / 2;
    for (int i = 0; i < 240; i++) {
      bed.google.nextTokens.add(request -> request.response().setStatusCode(403).end());
    }
    for (int i = 0; i < 240; i++) {
      assertEquals(LATER, bed.send());
      bed.passes(askedEveryMs);
    }
    int asked = bed.google.tokenRequests.get();
    assertTrue(asked >= 8 && asked <= 14, asked + " times in two minutes");
  }

  @Test
  void anEndpointInTroubleIsForLater() {
    bed.google.nextTokens.add(
        request -> request.response().setStatusCode(503).putHeader("Retry-After", "9").end());
    assertEquals(new Later(9_000), bed.send());
    bed.passes(AccessTokens.PAUSE_MS_MIN);
    bed.google.nextTokens.add(request -> request.response().end("<html>log in to the Wi-Fi"));
    assertEquals(new Later(0), bed.send());
    bed.passes(2 * AccessTokens.PAUSE_MS_MIN);
    bed.google.nextTokens.add(
        answer(200, new JsonObject().put("access_token", "a\nb").put("expires_in", 3_600)));
    assertEquals(new Later(0), bed.send());
    bed.passes(4 * AccessTokens.PAUSE_MS_MIN);
    bed.google.nextTokens.add(
        answer(200, new JsonObject().put("access_token", "a").put("expires_in", "soon")));
    assertEquals(new Later(0), bed.send());
    assertEquals(4, bed.google.tokenRequests.get());
    assertEquals(List.of(), bed.google.messages);
  }

  @Test
  void anEndpointThatDoesNotAnswerEndsThePushes() {
    bed.google.nextTokens.add(request -> {});
    Future<PushOutcome> sent = bed.sent();
    until("it is asked", () -> bed.google.tokenRequests.get() == 1);
    bed.timeIsUp();
    bed.assertUnanswered(sent);
    bed.assertUnanswered(bed.sent());
    assertEquals(1, bed.google.tokenRequests.get());
    bed.passes(AccessTokens.PAUSE_MS_MIN);
    bed.google.nextTokens.add(request -> request.connection().close());
    bed.assertUnanswered(bed.sent());
    bed.passes(2 * AccessTokens.PAUSE_MS_MIN);
    bed.assertAccepted();
  }

  @Test
  void aNewFileIsUsedWithoutARestart() {
    bed.assertAccepted();
    AccountFile second = bed.account("second-project");
    second.put(bed.path);
    until(
        "the new project",
        () -> {
          bed.assertAccepted();
          return bed.google.projects.contains("second-project");
        });
    assertEquals(2, bed.google.tokenRequests.get());
  }

  @Test
  void aBrokenFileChangesNothing() {
    bed.assertAccepted();
    AccountFile.put(bed.path, bed.account.json().put("private_key", "hunter2").encode());
    until("it was looked at", () -> !bed.alarms().isEmpty());
    bed.passes(LIFETIME_MS);
    bed.assertAccepted();
    assertEquals(2, bed.google.tokenRequests.get());
    assertFalse(bed.alarms().get(0).contains("hunter2"), bed.alarms().get(0));
  }

  @Test
  void aFileThatChangesWhileATokenIsAskedForIsAskedWithNext() {
    bed.google.nextTokens.add(held::set);
    Future<PushOutcome> before = bed.sent();
    until("the request", () -> held.get() != null);
    GoogleAccount first = bed.file.value();
    bed.account("second-project").put(bed.path);
    until("the new file", () -> !bed.file.value().equals(first));
    Future<PushOutcome> after = bed.sent();
    release(answer(400, new JsonObject().put("error", "invalid_grant")));
    assertEquals(LATER, result(before));
    assertEquals(new Accepted(), result(after));
    assertEquals(List.of("second-project"), bed.google.projects);
  }

  private void release(GoogleStub.Turn turn) {
    HttpServerRequest request = held.getAndSet(null);
    if (request != null) {
      turn.accept(request);
    }
  }
}
