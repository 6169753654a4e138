package io.restante.redis;

/** What a connection to Redis tells of itself. Called on event loops: must not block. */
public interface RedisMetrics {
  /** A command was answered, with an error or not, this long after it was sent. */
  void answered(long nanos);

  /** A connection was given up, as a command was not answered in time. */
  void timedOut();

  /** A connection was made, the first included. */
  void connected();

  /** An attempt to connect failed. */
  void connectFailed();

  /** Commands were sent (positive) or have ended (negative). */
  void inFlight(int change);

  /**
   * A round of replicas was reached or not after so long, with so many answers held back for it.
   */
  void roundEnded(boolean reached, long nanos, int answers);

  /** So many keys were burned, as a new primary may not know that earlier ones were popped. */
  void skipped(int keys);

  /** A pop was forgotten before its time, as too many were to be remembered. */
  void popForgotten();

  /** Tells nobody. */
  static RedisMetrics none() {
    return new RedisMetrics() {
      @Override
      public void answered(long nanos) {}

      @Override
      public void timedOut() {}

      @Override
      public void connected() {}

      @Override
      public void connectFailed() {}

      @Override
      public void inFlight(int change) {}

      @Override
      public void roundEnded(boolean reached, long nanos, int answers) {}

      @Override
      public void skipped(int keys) {}

      @Override
      public void popForgotten() {}
    };
  }
}
