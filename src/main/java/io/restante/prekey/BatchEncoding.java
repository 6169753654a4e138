package io.restante.prekey;

import io.restante.protocol.GatewayException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.util.Base64;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Writes the answer to a batch: {@code {"results":[...]}}, one for each device in the order of the
 * request. A result has {@code destination} (of pools: {@code account}) as it was asked for, {@code
 * device}, and what it gave, or {@code error} with {@code status}, {@code code} and maybe {@code
 * retryAfter} in seconds. Pure.
 */
final class BatchEncoding {
  private static final Base64.Encoder BASE64 = Base64.getEncoder().withoutPadding();

  private BatchEncoding() {}

  /** What a device gave is {@code keys}, as {@link BundleEncoding} writes it for one device. */
  static Buffer prekeys(List<BatchClaims.Wanted> wanted, List<BatchAnswer<DeviceBundle>> answers) {
    return encode(
        "destination",
        wanted,
        answers,
        (out, bundle) ->
            out.appendString("\"keys\":").appendBuffer(BundleEncoding.encode(List.of(bundle))));
  }

  /** What a device gave is {@code entry}, with {@code id} where it has one, and {@code data}. */
  static Buffer entries(List<BatchClaims.Wanted> wanted, List<BatchAnswer<NamedEntry>> answers) {
    return encode(
        "account",
        wanted,
        answers,
        (out, entry) -> {
          out.appendString("\"entry\":{");
          if (entry.id() != null) {
            out.appendString("\"id\":").appendString(Json.encode(entry.id())).appendString(",");
          }
          out.appendString("\"data\":\"")
              .appendString(BASE64.encodeToString(entry.data()))
              .appendString("\"}");
        });
  }

  private static <T> Buffer encode(
      String field,
      List<BatchClaims.Wanted> wanted,
      List<BatchAnswer<T>> answers,
      BiConsumer<Buffer, T> give) {
    Buffer out = Buffer.buffer("{\"results\":[");
    String comma = "";
    for (BatchAnswer<T> answer : answers) {
      out.appendString(comma).appendString("{\"").appendString(field).appendString("\":");
      out.appendString(Json.encode(wanted.get(answer.target()).text()));
      out.appendString(",\"device\":");
      out.appendString(
          answer.device() == ClaimTarget.ALL_DEVICES ? "\"*\"" : String.valueOf(answer.device()));
      out.appendString(",");
      GatewayException refusal = answer.refusal();
      if (answer.given() != null) {
        give.accept(out, answer.given());
      } else if (refusal != null) {
        out.appendString("\"error\":").appendBuffer(error(refusal).toBuffer());
      }
      out.appendString("}");
      comma = ",";
    }
    return out.appendString("]}");
  }

  private static JsonObject error(GatewayException refusal) {
    JsonObject error =
        new JsonObject().put("status", refusal.code().status()).put("code", refusal.code().code());
    return refusal.retryAfterSeconds() > 0
        ? error.put("retryAfter", refusal.retryAfterSeconds())
        : error;
  }
}
