package io.restante.edge;

import io.restante.protocol.ErrorCode;

/** Watches requests: how many are in flight, how long each route takes, what is refused and why. */
public interface RequestMeter {
  /** One request under way. */
  interface Timing {
    /** The request was matched. */
    void route(Route route);

    /** The request was answered. */
    Reply end(Reply reply);

    /** The request was refused. */
    Reply refused(ErrorCode code, Reply reply);
  }

  /** A request begins. */
  Timing begin();
}
