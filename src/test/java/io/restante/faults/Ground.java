package io.restante.faults;

import io.restante.testing.RedisProcess;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The Redis on which the gateways stand, in one mode. */
public interface Ground extends AutoCloseable {
  /** One in this mode, for so many gateways. */
  static Ground open(String mode, int gateways) {
    return switch (mode) {
      case "standalone" -> new StandaloneGround(gateways);
      case "sentinel" -> new SentinelGround();
      case "cluster" -> new ClusterGround();
      default -> throw new IllegalArgumentException("mode: " + mode);
    };
  }

  /** What a gateway must be told to use it. */
  Map<String, String> settings(int gateway);

  /** Every Redis under the gateways, also those that do not run at the moment. */
  List<RedisProcess> nodes();

  /** Where gateways connect to. */
  default Set<Integer> ports() {
    return nodes().stream().map(RedisProcess::port).collect(Collectors.toSet());
  }

  /** Tells which accounts act, so that what befalls a part of it befalls them. */
  void plays(Collection<String> accounts);

  /** What can befall it, and the ways to it. */
  List<Fault> faults();

  /** That which kills a primary with SIGKILL at any byte of what a gateway says to it. */
  Fault crash();

  /** Whether its faults may undo what was written and not answered yet: by a failover. */
  boolean forgets();

  /** Mends all ways to it and ends the connections that may have lost something. */
  void heal();

  @Override
  void close();
}
