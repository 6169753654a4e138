package io.restante.bench;

import io.restante.bench.FloorServer.Client;
import java.util.List;
import picocli.CommandLine.Option;

/** What is measured and how long: the options of the command, with their defaults. */
final class BenchPlan {
  @Option(names = "--targets", description = "Devices claimed from.")
  int targets = 1_000;

  @Option(names = "--callers", description = "Devices that claim.")
  int callers = 200;

  @Option(names = "--ec-keys", description = "Curve25519 one-time keys of a device.")
  int ecKeys = 100;

  @Option(names = "--kem-keys", description = "ML-KEM-1024 one-time keys of a device.")
  int kemKeys = 100;

  @Option(names = "--connections", description = "Keep-alive connections, closed model.")
  int connections = 64;

  @Option(names = "--claims", description = "Claims of one server in one round.")
  int claims = 30_000;

  @Option(names = "--warmup", description = "Claims of one server before the first round.")
  int warmup = 400_000;

  @Option(names = "--rounds", description = "Rounds in each model.")
  int rounds = 7;

  @Option(names = "--rate", description = "Claims a second in the open model.")
  int perSecond = 4_000;

  @Option(names = "--durability", description = "Of Redis and the gateway: none or fsync.")
  String durability = "none";

  @Option(names = "--floors", split = ",", description = "Clients of the floors.")
  List<Client> floors = List.of(Client.HELD, Client.STOCK);

  @Option(names = "--gateway", split = ",", description = "More settings of the gateway.")
  List<String> settings = List.of();

  @Option(names = "--doc", description = "Page whose generated part is written anew.")
  String page = "";
}
