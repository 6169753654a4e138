package io.restante.account;

import io.vertx.redis.client.Response;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads replies of Redis. A reply of another shape than expected is a mistake of this program. */
final class Replies {
  private static final int UUID_CHARS = 36;

  private Replies() {}

  /** A reply that is not nil. */
  static Response present(@Nullable Response reply) {
    if (reply == null) {
      throw new IllegalStateException("reply: nil (expected: a value)");
    }
    return reply;
  }

  /** Whether an integer reply is 1. */
  static boolean isOne(@Nullable Response reply) {
    return present(reply).toInteger() == 1;
  }

  /** The element at an index of an array, empty where it is nil. */
  static Optional<Response> at(@Nullable Response reply, int index) {
    return Optional.ofNullable(present(reply).get(index));
  }

  /** The text at an index of an array. */
  static String text(@Nullable Response reply, int index) {
    return at(reply, index)
        .map(Replies::text)
        .orElseThrow(() -> new IllegalStateException("element " + index + ": nil"));
  }

  /** A hash, which RESP2 has as a flat array of fields and values. */
  static Map<String, String> hash(@Nullable Response reply) {
    Response flat = present(reply);
    Map<String, String> fields = new HashMap<>();
    for (int i = 0; i < flat.size(); i += 2) {
      fields.put(text(flat.get(i)), text(flat.get(i + 1)));
    }
    return fields;
  }

  /** The ACI that a look-up names; a pending one has more after it. */
  static UUID aci(Response lookup) {
    return UUID.fromString(text(lookup).substring(0, UUID_CHARS));
  }

  /** A bulk string as text. */
  static String text(Response reply) {
    return reply.toString(StandardCharsets.UTF_8);
  }
}
