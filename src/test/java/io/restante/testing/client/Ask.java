package io.restante.testing.client;

import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A request, before it is known what carries it. Body null for none. */
public record Ask(String method, String path, Map<String, String> headers, byte @Nullable [] body) {
  /** A GET. */
  public static Ask get(String path) {
    return new Ask("GET", path, Map.of(), null);
  }

  /** A DELETE. */
  public static Ask delete(String path) {
    return new Ask("DELETE", path, Map.of(), null);
  }

  /** A PUT of JSON. */
  public static Ask put(String path, JsonObject body) {
    return put(path, body.encode());
  }

  /** A PUT of what is said to be JSON. */
  public static Ask put(String path, String body) {
    return json("PUT", path, body);
  }

  /** A POST of JSON. */
  public static Ask post(String path, JsonObject body) {
    return json("POST", path, body.encode());
  }

  private static Ask json(String method, String path, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return new Ask(method, path, Map.of("Content-Type", "application/json"), bytes);
  }

  /** The same with one more header. */
  public Ask with(String name, String value) {
    Map<String, String> more = new TreeMap<>(headers);
    more.put(name, value);
    return new Ask(method, path, more, body);
  }

  /** The same for another path. */
  public Ask at(String otherPath) {
    return new Ask(method, otherPath, headers, body);
  }

  /** Bytes of the body. */
  public int bytes() {
    return body == null ? 0 : body.length;
  }
}
