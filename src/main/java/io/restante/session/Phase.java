package io.restante.session;

/** How far the life of a session is. */
enum Phase {
  OPEN,
  CLOSING,
  CLOSED
}
