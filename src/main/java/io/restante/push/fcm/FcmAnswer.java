package io.restante.push.fcm;

import io.restante.push.BoundedHttp.Answer;
import io.restante.push.PushOutcome;
import io.restante.push.PushOutcome.Accepted;
import io.restante.push.PushOutcome.Gone;
import io.restante.push.PushOutcome.Later;
import io.restante.push.PushOutcome.Refused;
import io.restante.push.RetryAfter;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Understands answers of {@code projects.messages.send}: <a
 * href="https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode">FCM's error codes</a> in
 * the details of a <a href="https://google.aip.dev/193">Google error</a>.
 */
final class FcmAnswer {
  private static final String FCM_ERROR = "type.googleapis.com/google.firebase.fcm.v1.FcmError";
  private static final String BAD_REQUEST = "type.googleapis.com/google.rpc.BadRequest";
  private static final String TOKEN_FIELD = "message.token";
  private static final String THIRD_PARTY = "THIRD_PARTY_AUTH_ERROR";

  /** FCM's error codes and those of {@code google.rpc.Code}: no other text becomes a reason. */
  private static final Set<String> WORDS =
      Set.of(
          "UNSPECIFIED_ERROR",
          "INVALID_ARGUMENT",
          "UNREGISTERED",
          "SENDER_ID_MISMATCH",
          "QUOTA_EXCEEDED",
          "UNAVAILABLE",
          "INTERNAL",
          THIRD_PARTY,
          "CANCELLED",
          "UNKNOWN",
          "DEADLINE_EXCEEDED",
          "NOT_FOUND",
          "ALREADY_EXISTS",
          "PERMISSION_DENIED",
          "UNAUTHENTICATED",
          "RESOURCE_EXHAUSTED",
          "FAILED_PRECONDITION",
          "ABORTED",
          "OUT_OF_RANGE",
          "UNIMPLEMENTED",
          "DATA_LOSS");

  private FcmAnswer() {}

  /** Whether it is the access token that was not taken, and not what FCM itself logs in with. */
  static boolean isAccessTokenRefused(Answer answer) {
    return answer.status() == 401 && !word(error(answer)).equals(Optional.of(THIRD_PARTY));
  }

  /**
   * What an answer means.
   *
   * @param startMs when the push began, ms since the epoch: a token that came later is not meant
   * @param nowMs ms since the epoch
   */
  static PushOutcome outcome(Answer answer, long startMs, long nowMs) {
    int status = answer.status();
    if (status == 200) {
      return new Accepted();
    }
    if (status == 429 || status >= 500) {
      return new Later(RetryAfter.ms(answer.retryAfter(), nowMs));
    }
    JsonObject error = error(answer);
    Optional<String> word = word(error);
    // A proxy or a wrong address answers 404 as well, and does not mean the token.
    if (status == 404 && word.equals(Optional.of("UNREGISTERED"))) {
      return new Gone(startMs);
    }
    // A wrong TTL or too much data is called the same.
    if (status == 400
        && word.equals(Optional.of("INVALID_ARGUMENT"))
        && fields(error).equals(List.of(TOKEN_FIELD))) {
      return new Gone(startMs);
    }
    return new Refused(word.orElse("HTTP_" + status));
  }

  private static JsonObject error(Answer answer) {
    return JsonAnswer.of(answer.body())
        .map(body -> JsonAnswer.object(body, "error"))
        .orElseGet(JsonObject::new);
  }

  /** FCM's word, else Google's. */
  private static Optional<String> word(JsonObject error) {
    return details(error, FCM_ERROR).stream()
        .flatMap(detail -> known(detail.getValue("errorCode")).stream())
        .findFirst()
        .or(() -> known(error.getValue("status")));
  }

  private static Optional<String> known(@Nullable Object word) {
    return word instanceof String text && WORDS.contains(text)
        ? Optional.of(text)
        : Optional.empty();
  }

  private static List<String> fields(JsonObject error) {
    return details(error, BAD_REQUEST).stream()
        .flatMap(detail -> JsonAnswer.objects(detail, "fieldViolations").stream())
        .map(violation -> String.valueOf(violation.getValue("field")))
        .distinct()
        .toList();
  }

  private static List<JsonObject> details(JsonObject error, String type) {
    return JsonAnswer.objects(error, "details").stream()
        .filter(detail -> type.equals(detail.getValue("@type")))
        .toList();
  }
}
