package io.restante.edge;

import io.restante.account.Caller;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** A request as it arrives, over HTTP or in a frame, before anyone knows what it is about. */
public interface Incoming {
  /** The method, in capitals. */
  String method();

  /** Path and query as they came. */
  String uri();

  /** Headers; names are compared without case. */
  MultiMap headers();

  /** The device whose socket carries the request; null over HTTP and on anonymous sockets. */
  @Nullable Caller socketCaller();

  /** The client's address. */
  String remoteAddress();

  /**
   * Reads the body, once. Fails with {@link io.restante.protocol.ErrorCode#TOO_LARGE} over the
   * limit, with {@code INCOMPLETE_BODY} where it does not end, and with {@code OVERLOADED} where
   * too many are being read.
   *
   * @param stranger whether no credentials of the caller were found right
   */
  Future<Buffer> body(boolean stranger);
}
