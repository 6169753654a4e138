package io.restante.redis;

/** What a connection to Redis tells of itself. Called on event loops: must not block. */
public interface RedisMetrics {
  /** Why a node of a cluster has not run a command. */
  enum Redirect {
    /** Another node has the slot. */
    MOVED,
    /** The slot migrates, and another node may have the key already. */
    ASK,
    /** The slot migrates, and the keys are at two nodes. */
    TRY_AGAIN,
    /** The cluster is not whole. */
    CLUSTER_DOWN,
    /** The slot migrates, and a script did not find all of its keys here. */
    NON_LOCAL
  }

  /** A node of a cluster has not run a command, which goes elsewhere, or there again. */
  void redirected(Redirect why);

  /** The slots of a cluster were told to be elsewhere. */
  void slotsMoved();

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
   * A Redis that is to be connected to is found loading its data (positive), or no longer
   * (negative).
   */
  void loading(int change);

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
      public void redirected(Redirect why) {}

      @Override
      public void slotsMoved() {}

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
      public void loading(int change) {}

      @Override
      public void roundEnded(boolean reached, long nanos, int answers) {}

      @Override
      public void skipped(int keys) {}

      @Override
      public void popForgotten() {}
    };
  }
}
