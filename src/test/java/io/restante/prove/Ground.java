package io.restante.prove;

import java.util.List;
import java.util.Map;

/** The Redis on which the gateways stand, in one mode. */
interface Ground extends AutoCloseable {
  /** What a gateway must be told to use it. */
  Map<String, String> settings(int gateway);

  /** What can befall it, and the ways to it. */
  List<Fault> faults();

  /** That which kills a primary with SIGKILL at any byte of what a gateway says to it. */
  Fault crash();

  /** Mends all ways to it and ends the connections that may have lost something. */
  void heal();

  @Override
  void close();
}
