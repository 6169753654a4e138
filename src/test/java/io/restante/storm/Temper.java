package io.restante.storm;

/** How a device behaves in a session. */
enum Temper {
  /** Reads and acks at once. */
  ATTENTIVE,
  /** Acks late, and in another order. */
  SLOW,
  /** Acks twice. */
  TWICE,
  /** Answers some envelopes with an error, and acks them when they come again. */
  REFUSING,
  /** Acks what was never sent, and ends with bytes that are no frame. */
  LYING,
  /** Does not read for a while. */
  STALLING,
  /** Acks nothing of a certain kind, ever. */
  STUBBORN
}
