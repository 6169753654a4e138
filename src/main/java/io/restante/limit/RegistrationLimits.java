package io.restante.limit;

/**
 * What registering is asked for before anything is done, by the client's address: whoever registers
 * has no credentials yet.
 */
@FunctionalInterface
public interface RegistrationLimits {
  /** No limits. */
  RegistrationLimits NONE = (step, remoteAddress) -> {};

  /** What costs something on the way to an account; each is counted for itself. */
  enum Step {
    /** A verification session is begun: a key in Redis for as long as it lives. */
    SESSION,
    /** A code is asked for: what carries it to its owner may cost money. */
    CODE,
    /** A code is tried. */
    ATTEMPT,
    /** An account is registered by a session: signatures are verified, keys are written. */
    ACCOUNT
  }

  /**
   * Admits a step.
   *
   * @throws io.restante.protocol.GatewayException {@code RATE_LIMITED} with the seconds to wait
   */
  void admit(Step step, String remoteAddress);
}
