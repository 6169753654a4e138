package io.restante.protocol;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket message of either direction. Ids are unsigned 64-bit and echoed as they came. Headers
 * are {@code Name: value} lines.
 */
public sealed interface Frame {
  /** The id that ties a response to its request. */
  long id();

  /** A request. The body is null where the frame has none. */
  record Request(long id, String verb, String path, List<String> headers, @Nullable Buffer body)
      implements Frame {}

  /** A response. The body is null where the frame has none. */
  record Response(long id, int status, String message, List<String> headers, @Nullable Buffer body)
      implements Frame {}
}
