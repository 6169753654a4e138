package io.restante.testing.client;

/** libsignal declares many checked exceptions; in a test each of them is a failure. */
final class Libsignal {
  /** A call of libsignal. */
  @FunctionalInterface
  interface Step<T> {
    T run() throws Exception;
  }

  private Libsignal() {}

  /** What the call gives; {@link Refusal} where libsignal refuses. */
  static <T> T value(Step<T> step) {
    try {
      return step.run();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new Refusal(e);
    }
  }
}
