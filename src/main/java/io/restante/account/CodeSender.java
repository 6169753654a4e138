package io.restante.account;

import io.restante.protocol.ErrorCode;
import io.restante.protocol.GatewayException;
import io.restante.protocol.Handle;
import io.vertx.core.Future;

/** Brings a registration code to whoever has the handle. */
public interface CodeSender {
  /** How a code is to be brought. */
  enum Transport {
    /** As a text message. */
    SMS,
    /** Read out in a call. */
    VOICE
  }

  /** Where nothing brings codes: an operator mints and hands them over. */
  CodeSender NONE =
      (handle, code, transport) ->
          Future.failedFuture(
              new GatewayException(ErrorCode.CODE_NOT_SENT, "no webhook brings codes here", 60));

  /** Completes once somebody else answers for the delivery; fails with {@code CODE_NOT_SENT}. */
  Future<Void> send(Handle handle, String code, Transport transport);
}
