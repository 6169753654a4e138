package io.restante.prekey;

/** What a claim got from one pool of one device. */
public enum PoolOutcome {
  /** A one-time key. */
  ONE_TIME,
  /** The pool was empty: the key that is used again. */
  LAST_RESORT,
  /** The pool was empty, and there is no last-resort key. */
  EMPTY
}
