package io.restante.bench.idle;

import java.util.List;
import picocli.CommandLine.Option;

/** What is measured and how long: the options of the command, with their defaults. */
final class IdlePlan {
  @Option(names = "--sizes", split = ",", description = "Sockets of one gateway, ascending.")
  List<Integer> sizes = List.of(1_000, 5_000, 15_000);

  @Option(names = "--gateways", description = "Gateways that have the last of these sizes each.")
  int gateways = 3;

  @Option(names = "--warmup", description = "Sockets opened and closed before the first size.")
  int warmup = 3_000;

  @Option(names = "--warmup-seconds", description = "How long these keep alive every second.")
  int warmupSeconds = 15;

  @Option(names = "--keepalive", description = "Seconds between two keepalives of a socket.")
  int keepaliveSeconds = 60;

  @Option(names = "--window", description = "Seconds over which CPU is measured.")
  int windowSeconds = 20;

  @Option(names = "--settle", description = "Seconds before that, in which connects are done with.")
  int settleSeconds = 15;

  @Option(names = "--connecting", description = "Sockets of a client that connect at a time.")
  int connecting = 32;

  @Option(names = "--storm", description = "Sockets of each of two gateways; the one is killed.")
  int storm = 5_000;

  @Option(
      names = "--jitters",
      split = ",",
      description = "Most ms that reconnects wait: a storm each.")
  List<Integer> jittersMs = List.of(5_000, 0);

  @Option(names = "--calm", description = "Seconds of the trickle before the kill.")
  int calmSeconds = 8;

  @Option(names = "--trickle", description = "Sends, and as many fetches, a second.")
  int tricklePerSecond = 50;

  @Option(names = "--heap", description = "MiB of a gateway's heap, all of it touched.")
  int heapMib = 512;

  @Option(names = "--gateway", split = ",", description = "More settings of the gateways.")
  List<String> settings = List.of();

  @Option(names = "--doc", description = "Page whose generated part is written anew.")
  String page = "";

  int largest() {
    return sizes.get(sizes.size() - 1);
  }

  /** Resident memory then changes by what is not heap alone. */
  List<String> jvm() {
    return List.of(
        "-XX:+UseG1GC", "-Xms" + heapMib + "m", "-Xmx" + heapMib + "m", "-XX:+AlwaysPreTouch");
  }
}
