package io.restante.bench.mail;

import java.util.List;
import picocli.CommandLine.Option;

/** What is measured and how long: the options of the command, with their defaults. */
final class MailPlan {
  /** Ways that letters can go. */
  enum Way {
    /** One gateway. */
    GATEWAY,
    /** Two gateways, senders with the one and devices with the other. */
    TWO_GATEWAYS,
    /** A floor on the gateway's parts. */
    FLOOR_HELD,
    /** A floor on the Redis client of Vert.x. */
    FLOOR_STOCK,
    /** Mosquitto. */
    MOSQUITTO,
    /** NATS JetStream. */
    NATS
  }

  @Option(names = "--ways", split = ",", description = "What is measured, in turns.")
  List<Way> ways = List.of(Way.values());

  @Option(names = "--mailboxes", description = "Devices that hear.")
  int mailboxes = 200;

  @Option(names = "--senders", description = "Devices that send.")
  int senders = 50;

  @Option(names = "--in-flight", description = "Letters under way at a time, closed model.")
  int inFlight = 64;

  @Option(names = "--letters", description = "Letters of one way in one round.")
  int letters = 15_000;

  @Option(names = "--warmup", description = "Letters of one way before the first round.")
  int warmup = 150_000;

  @Option(names = "--rounds", description = "Rounds in each model.")
  int rounds = 3;

  @Option(names = "--rate", description = "Letters a second, open model; 0: half of saturation.")
  int perSecond;

  @Option(names = "--backlog", description = "Envelopes that wait for one device.")
  int backlog = 10_000;

  @Option(names = "--drains", description = "Times that such a backlog is drained.")
  int drains = 5;

  @Option(names = "--fsync", description = "Of Redis' append-only file: everysec, or no for none.")
  String fsync = "everysec";

  @Option(names = "--gateway", split = ",", description = "More settings of the gateways.")
  List<String> settings = List.of();

  @Option(names = "--jvm", split = ",", description = "More options of the gateways' Java.")
  List<String> jvm = List.of();

  @Option(names = "--doc", description = "Page whose generated part is written anew.")
  String page = "";
}
