package io.restante.push.fcm;

import static io.restante.push.fcm.GoogleStub.answer;
import static io.restante.push.fcm.GoogleStub.error;
import static io.restante.push.fcm.GoogleStub.fcmError;
import static io.restante.testing.EventLoop.result;
import static io.restante.testing.EventLoop.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.restante.push.PushOutcome;
import io.restante.push.PushOutcome.Accepted;
import io.restante.push.PushOutcome.Gone;
import io.restante.push.PushOutcome.Later;
import io.restante.push.PushOutcome.Refused;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pushes to FCM and what becomes of each answer. */
class FcmSenderTest {
  @TempDir private Path folder = Path.of(".");

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
  void aPushReachesFcmUnderATokenOfTheAccount() {
    bed.assertAccepted();
    JsonObject message = bed.google.messages.get(0);
    assertEquals(FcmBed.TARGET, message.getString("token"));
    assertEquals(List.of("first-project"), bed.google.projects);
    assertEquals(List.of("Bearer ya29.secret-0"), bed.google.bearers);
  }

  @Test
  void theLargestEnvelopeIsTakenAndALargerOneIsNotSent() {
    int max = bed.sender.envelopeBytesMax();
    assertEquals(new Accepted(), send(new byte[max]));
    assertEquals(new Refused("TOO_LARGE"), send(new byte[max + 1]));
    assertEquals(1, bed.google.messages.size());
  }

  @Test
  void eachAnswerOfFcmIsTold() {
    long startMs = bed.nowMs();
    assertOutcome(new Gone(startMs), 404, error(404, "NOT_FOUND", fcmError("UNREGISTERED")));
    assertOutcome(
        new Refused("SENDER_ID_MISMATCH"),
        403,
        error(403, "PERMISSION_DENIED", fcmError("SENDER_ID_MISMATCH")));
    assertOutcome(new Refused("INVALID_ARGUMENT"), 400, error(400, "INVALID_ARGUMENT"));
    assertOutcome(new Later(0), 500, error(500, "INTERNAL", fcmError("INTERNAL")));
    bed.google.nextMessages.add(
        request ->
            request.response().setStatusCode(429).putHeader("Retry-After", "30").end("<html>"));
    assertEquals(new Later(30_000), bed.send());
    assertEquals(1, bed.google.issued.size());
  }

  @Test
  void aTokenIsGoneSinceThePushBeganAndNotSinceItsAnswer() {
    long startMs = bed.nowMs();
    bed.google.nextMessages.add(
        request -> {
          bed.passes(5_000);
          answer(404, error(404, "NOT_FOUND", fcmError("UNREGISTERED"))).accept(request);
        });
    assertEquals(new Gone(startMs), bed.send());
  }

  @Test
  void aRevokedAccessTokenIsReplacedAndThePushSentAgain() {
    bed.assertAccepted();
    bed.passes(AccessTokens.REPLACED_AFTER_MS);
    bed.google.revokeTokens();
    bed.assertAccepted();
    assertEquals(List.of("Bearer ya29.secret-0", "Bearer ya29.secret-1"), bed.google.bearers);
  }

  @Test
  void manyPushesWithARevokedAccessTokenAskForOneNewOne() {
    bed.assertAccepted();
    bed.passes(AccessTokens.REPLACED_AFTER_MS);
    bed.google.revokeTokens();
    assertEquals(Set.of(new Accepted()), Set.copyOf(sendMany(50)));
    assertEquals(2, bed.google.issued.size());
  }

  @Test
  void anAccessTokenThatIsNeverTakenIsNotAskedForOverAndOver() {
    bed.assertAccepted();
    bed.passes(AccessTokens.REPLACED_AFTER_MS);
    bed.google.revokeTokens();
    JsonObject useless = new JsonObject().put("access_token", "ya29.no").put("expires_in", 3_600);
    bed.google.nextTokens.add(answer(200, useless));
    assertEquals(new Later(0), bed.send());
    assertEquals(2, bed.google.tokenRequests.get());
    assertEquals(new Later(0), bed.send());
    assertEquals(2, bed.google.tokenRequests.get());
    bed.passes(AccessTokens.REPLACED_AFTER_MS);
    bed.assertAccepted();
    assertEquals(3, bed.google.tokenRequests.get());
  }

  @Test
  void aServerThatDoesNotAnswerEndsThePush() {
    bed.assertAccepted();
    bed.google.nextMessages.add(request -> {});
    Future<PushOutcome> sent = bed.sent();
    until("it has come", () -> bed.google.messages.size() == 2);
    bed.timeIsUp();
    assertEquals(
        "no answer: none in " + FcmBed.TIMEOUT_MS + " ms", bed.assertUnanswered(sent).getMessage());
    bed.assertAccepted();
  }

  @Test
  void aServerThatResetsEndsThePush() {
    bed.assertAccepted();
    bed.google.nextMessages.add(request -> request.connection().close());
    bed.assertUnanswered(bed.sent());
    bed.assertAccepted();
  }

  @Test
  void credentialsThatAreNotUsableFailTheStart() {
    Path broken = folder.resolve("broken.json");
    AccountFile.put(broken, bed.account.json().put("private_key", "hunter2").encode());
    FcmConfig config =
        new FcmConfig(broken, FcmConfig.SERVER, FcmConfig.TIMEOUT_MS, FcmConfig.CONNECTIONS_MAX);
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> FcmSenders.open(bed.loop.vertx(), config));
    assertEquals(
        "push.fcm.credentials: "
            + broken
            + ": private_key: (expected: PEM of a PKCS #8 RSA key of 2048 bits or more)",
        e.getMessage());
  }

  private PushOutcome send(byte[] envelope) {
    return bed.loop.await(() -> bed.sender.send(FcmBed.push(Buffer.buffer(envelope))));
  }

  private List<PushOutcome> sendMany(int count) {
    return result(
        bed.loop.call(
            () -> {
              List<Future<PushOutcome>> all = new ArrayList<>();
              for (int i = 0; i < count; i++) {
                all.add(bed.sender.send(FcmBed.push(null)));
              }
              return Future.all(all).map(done -> done.<PushOutcome>list());
            }));
  }

  private void assertOutcome(PushOutcome outcome, int status, JsonObject body) {
    bed.google.nextMessages.add(answer(status, body));
    assertEquals(outcome, bed.send());
  }
}
