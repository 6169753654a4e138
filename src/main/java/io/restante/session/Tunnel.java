package io.restante.session;

import io.restante.account.Caller;
import io.restante.protocol.Frame;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** Answers the requests that a socket carries. The floor above offers it. */
public interface Tunnel {
  /**
   * Answers one request; never fails.
   *
   * @param caller the device whose socket this is, null for an anonymous socket
   */
  Future<Frame.Response> answer(
      Frame.Request request, @Nullable Caller caller, String remoteAddress);
}
