package io.restante.edge;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An answer, before it is put on HTTP or into a frame.
 *
 * @param contentType null where there is no body
 */
public record Reply(
    int status, @Nullable String contentType, @Nullable Buffer body, Map<String, String> headers) {
  private static final String JSON = "application/json";
  private static final Reply OK = new Reply(200, null, null, Map.of());
  private static final Reply NO_CONTENT = new Reply(204, null, null, Map.of());

  /** 200 without a body. */
  public static Reply ok() {
    return OK;
  }

  /** 204. */
  public static Reply noContent() {
    return NO_CONTENT;
  }

  /** A JSON body. */
  public static Reply json(int status, JsonObject body) {
    return json(status, body.toBuffer());
  }

  /** A JSON body. */
  public static Reply json(int status, JsonArray body) {
    return json(status, body.toBuffer());
  }

  /** A JSON body that is encoded already. */
  public static Reply json(int status, Buffer body) {
    return new Reply(status, JSON, body, Map.of());
  }

  /** The same with one more header. */
  public Reply withHeader(String name, String value) {
    Map<String, String> more = new HashMap<>(headers);
    more.put(name, value);
    return new Reply(status, contentType, body, Map.copyOf(more));
  }
}
