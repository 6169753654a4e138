package io.restante.faults;

import java.util.Random;

/** Something that goes wrong on stage. */
@FunctionalInterface
public interface Fault {
  /**
   * Breaks something for a while and mends it. All that is random about it is drawn first.
   *
   * @return what it was, for the record
   */
  String strike(Random random, Curtain curtain);
}
