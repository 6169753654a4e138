package io.restante.storm;

/**
 * A device of an account.
 *
 * @param number 1 to 127
 */
record Device(String aci, int number) {
  /** As envelopes and credentials name it. */
  @Override
  public String toString() {
    return aci + '.' + number;
  }
}
