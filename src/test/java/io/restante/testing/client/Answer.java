package io.restante.testing.client;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a request was answered, over HTTP or through a socket. Header names in lower case. */
public record Answer(int status, Map<String, String> headers, byte[] body) {
  /** The body as a JSON object. */
  public JsonObject json() {
    return new JsonObject(Buffer.buffer(body));
  }

  /** The body as text. */
  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /** A header, null where there is none. */
  public @Nullable String header(String name) {
    return headers.get(name.toLowerCase(Locale.ROOT));
  }

  /** Itself; fails where the status is another. */
  public Answer expect(int expected) {
    if (status != expected) {
      throw new AssertionError("answered " + status + ", not " + expected + ": " + text());
    }
    return this;
  }
}
