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
    SESSION(1, "sessions begun"),
    /** A code is asked for: what carries it to its owner may cost money. */
    CODE(2, "codes asked for"),
    /** A code is tried. */
    ATTEMPT(3, "codes tried"),
    /** An account is registered by a session: signatures are verified, keys are written. */
    ACCOUNT(4, "accounts");

    private final int number;
    private final String words;

    Step(int number, String words) {
      this.number = number;
      this.words = words;
    }

    /** The same on every gateway: it names buckets that they share. */
    int number() {
      return number;
    }

    /** What there were too many of. */
    String words() {
      return words;
    }
  }

  /**
   * Admits a step.
   *
   * @throws io.restante.protocol.GatewayException {@code RATE_LIMITED} with the seconds to wait
   */
  void admit(Step step, String remoteAddress);
}
