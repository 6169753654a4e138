package io.restante.push.fcm;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Bodies of others' answers, in which anything may stand where something is expected. */
final class JsonAnswer {
  private JsonAnswer() {}

  /** The object that a body is, empty where it is none. */
  static Optional<JsonObject> of(@Nullable Buffer body) {
    if (body == null || body.length() == 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(new JsonObject(body));
    } catch (DecodeException | ClassCastException e) {
      // Without its message, which repeats some of the body.
      return Optional.empty();
    }
  }

  /** The object under a name, empty where there is none. */
  static JsonObject object(JsonObject in, String name) {
    return in.getValue(name) instanceof JsonObject object ? object : new JsonObject();
  }

  /** The objects of the list under a name. */
  static List<JsonObject> objects(JsonObject in, String name) {
    return in.getValue(name) instanceof JsonArray list
        ? list.stream().filter(JsonObject.class::isInstance).map(JsonObject.class::cast).toList()
        : List.of();
  }
}
