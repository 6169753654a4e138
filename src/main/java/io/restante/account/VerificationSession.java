package io.restante.account;

import io.restante.protocol.Handle;
import java.util.OptionalLong;

/**
 * A registration session: the proof that somebody has a handle, or the way to it.
 *
 * @param id random, a secret of the client
 * @param nextSendSeconds after which a code can be asked for, empty for never
 * @param nextAttemptSeconds after which a code can be given, empty while there is none
 */
public record VerificationSession(
    String id,
    Handle handle,
    boolean verified,
    OptionalLong nextSendSeconds,
    OptionalLong nextAttemptSeconds) {
  static VerificationSession of(String id, Handle handle, boolean verified, CodeState state) {
    return new VerificationSession(
        id, handle, verified, seconds(state.nextSendMs()), seconds(state.nextAttemptMs()));
  }

  private static OptionalLong seconds(long ms) {
    return ms < 0 ? OptionalLong.empty() : OptionalLong.of((ms + 999) / 1000);
  }

  /** Hides id and handle. */
  @Override
  public String toString() {
    return "VerificationSession[verified=" + verified + "]";
  }
}
