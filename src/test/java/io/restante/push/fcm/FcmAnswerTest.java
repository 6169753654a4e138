package io.restante.push.fcm;

import static io.restante.push.fcm.GoogleStub.error;
import static io.restante.push.fcm.GoogleStub.fcmError;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.push.BoundedHttp.Answer;
import io.restante.push.PushOutcome;
import io.restante.push.PushOutcome.Accepted;
import io.restante.push.PushOutcome.Gone;
import io.restante.push.PushOutcome.Later;
import io.restante.push.PushOutcome.Refused;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Bodies are those that FCM documents and was seen to send (bloomberg.github.io/pushiko), with
 * other words in their free text.
 */
class FcmAnswerTest {
  private static final long START_MS = Instant.parse("2026-11-06T08:49:37Z").toEpochMilli();
  private static final long NOW_MS = START_MS + 1_000;

  @Test
  void twoHundredIsAcceptedWhateverTheBody() {
    assertEquals(new Accepted(), outcome(200, new JsonObject().put("name", "projects/p/m/0:1")));
    assertEquals(new Accepted(), outcome(new Answer(200, null, Buffer.buffer("<html>"))));
    assertEquals(new Accepted(), outcome(new Answer(200, null, null)));
  }

  @Test
  void anUnregisteredTokenIsGoneSinceThePushBegan() {
    assertEquals(
        new Gone(START_MS), outcome(404, error(404, "NOT_FOUND", fcmError("UNREGISTERED"))));
  }

  @Test
  void another404SaysNothingOfTheToken() {
    assertEquals(new Refused("NOT_FOUND"), outcome(404, error(404, "NOT_FOUND")));
    assertEquals(
        new Refused("HTTP_404"), outcome(new Answer(404, null, Buffer.buffer("<html>Not here"))));
    JsonObject elsewhere = new JsonObject().put("@type", "other").put("errorCode", "UNREGISTERED");
    assertEquals(new Refused("NOT_FOUND"), outcome(404, error(404, "NOT_FOUND", elsewhere)));
  }

  @Test
  void anInvalidArgumentIsTheTokensOnlyWhereTheFieldSaysSo() {
    JsonObject fcm = fcmError("INVALID_ARGUMENT");
    assertEquals(new Gone(START_MS), invalid(fcm, violations("message.token")));
    assertEquals(new Gone(START_MS), invalid(violations("message.token"), fcm));
    Refused refused = new Refused("INVALID_ARGUMENT");
    assertEquals(refused, invalid(fcm));
    assertEquals(refused, invalid());
    assertEquals(refused, invalid(fcm, violations("message.data[0].value")));
    assertEquals(refused, invalid(fcm, violations("message")));
    assertEquals(refused, invalid(fcm, violations("message.android.ttl", "message.token")));
    assertEquals(refused, invalid(fcm, violations()));
  }

  @Test
  void aTokenOfAnotherSenderIsNeverGone() {
    assertEquals(
        new Refused("SENDER_ID_MISMATCH"),
        outcome(403, error(403, "PERMISSION_DENIED", fcmError("SENDER_ID_MISMATCH"))));
    assertEquals(new Refused("PERMISSION_DENIED"), outcome(403, error(403, "PERMISSION_DENIED")));
  }

  @Test
  void whatIsTooMuchOrBrokenIsForLater() {
    JsonObject quota = error(429, "RESOURCE_EXHAUSTED", fcmError("QUOTA_EXCEEDED"));
    assertEquals(new Later(0), outcome(429, quota));
    assertEquals(new Later(7_000), outcome(new Answer(429, "7", quota.toBuffer())));
    assertEquals(
        new Later(29_000),
        outcome(
            new Answer(
                503,
                "Fri, 06 Nov 2026 08:50:07 GMT",
                error(503, "UNAVAILABLE", fcmError("UNAVAILABLE")).toBuffer())));
    assertEquals(new Later(0), outcome(500, error(500, "INTERNAL", fcmError("INTERNAL"))));
    assertEquals(new Later(0), outcome(new Answer(502, "soon", Buffer.buffer("<!DOCTYPE html>"))));
  }

  @Test
  void aReasonIsAWordOfGooglesOrTheStatus() {
    assertEquals(new Refused("HTTP_400"), outcome(400, error(400, "device-token-of-somebody")));
    assertEquals(
        new Refused("PERMISSION_DENIED"),
        outcome(403, error(403, "PERMISSION_DENIED", fcmError("device-token-of-somebody"))));
    assertEquals(new Refused("HTTP_302"), outcome(new Answer(302, null, Buffer.buffer())));
    assertEquals(new Refused("HTTP_413"), outcome(new Answer(413, null, null)));
  }

  @Test
  void anyBodyIsUnderstoodOrNot() {
    for (String odd :
        new String[] {
          "",
          "null",
          "[]",
          "7",
          "\"x\"",
          "{",
          "{}",
          "{\"error\":7}",
          "{\"error\":{\"status\":{}}}",
          "{\"error\":{\"status\":null,\"details\":{}}}",
          "{\"error\":{\"details\":[null,7,[],{\"@type\":[]}]}}",
          "{\"error\":{\"details\":[{\"@type\":\"type.googleapis.com/google.firebase.fcm.v1."
              + "FcmError\",\"errorCode\":null}]}}",
          "[".repeat(30_000),
        }) {
      Answer answer = new Answer(404, null, Buffer.buffer(odd));
      assertEquals(new Refused("HTTP_404"), outcome(answer), odd);
    }
  }

  @Test
  void onlyOurOwnLoginIsRenewed() {
    assertTrue(isAccessTokenRefused(401, error(401, "UNAUTHENTICATED")));
    assertTrue(FcmAnswer.isAccessTokenRefused(new Answer(401, null, Buffer.buffer("<html>"))));
    JsonObject apns = error(401, "UNAUTHENTICATED", fcmError("THIRD_PARTY_AUTH_ERROR"));
    assertFalse(isAccessTokenRefused(401, apns));
    assertEquals(new Refused("THIRD_PARTY_AUTH_ERROR"), outcome(401, apns));
    assertFalse(isAccessTokenRefused(403, error(403, "PERMISSION_DENIED")));
  }

  private static boolean isAccessTokenRefused(int status, JsonObject body) {
    return FcmAnswer.isAccessTokenRefused(new Answer(status, null, body.toBuffer()));
  }

  private static PushOutcome invalid(JsonObject... details) {
    return outcome(400, error(400, "INVALID_ARGUMENT", details));
  }

  private static JsonObject violations(String... fields) {
    JsonArray list = new JsonArray();
    for (String field : fields) {
      list.add(new JsonObject().put("field", field).put("description", "said by a server"));
    }
    return new JsonObject()
        .put("@type", "type.googleapis.com/google.rpc.BadRequest")
        .put("fieldViolations", list);
  }

  private static PushOutcome outcome(int status, @Nullable JsonObject body) {
    return outcome(new Answer(status, null, body == null ? null : body.toBuffer()));
  }

  private static PushOutcome outcome(Answer answer) {
    return FcmAnswer.outcome(answer, START_MS, NOW_MS);
  }
}
