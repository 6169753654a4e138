package io.restante.storm;

import io.restante.faults.Curtain;
import io.restante.faults.Fault;
import io.restante.faults.GatewayHost;
import io.restante.faults.Ground;
import io.restante.faults.Stage;
import io.restante.testing.EventLoop;
import io.restante.testing.TcpRelay;
import io.restante.testing.TcpRelay.Way;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/** The gateways behind a balancer, the Redis under them, and what befalls all of these. */
final class Weather implements AutoCloseable {
  /** Where the record and the logs of gateways are. */
  static final Path FOLDER = Path.of("target", "storm");

  private static final int FROZEN_MS_MAX = 2_500;
  private static final int DEAF_MS_MAX = 2_000;
  private static final int TRACE_LINES_MAX = 12;
  private static final String BLOCKED_THREAD = "VertxException: Thread blocked";
  private static final Pattern TRACE = Pattern.compile("^(\\s+at \\S+\\(.*|Exception in .*)");

  /** A gateway that was told to end, and how it did. */
  record Exit(int gateway, int code) {}

  private final Stage stage;
  private final TcpRelay balancer = new TcpRelay(this::next);
  private final AtomicInteger turn = new AtomicInteger();
  private final List<Exit> exits = Collections.synchronizedList(new ArrayList<>());
  private final int[] linesSeen;

  /** Starts so many gateways with these options of their JVMs on a Redis in this mode. */
  Weather(String mode, int gateways, List<String> jvmOptions) {
    this(Ground.open(mode, gateways), gateways, jvmOptions);
  }

  /** The same on this Redis. */
  Weather(Ground ground, int gateways, List<String> jvmOptions) {
    linesSeen = new int[gateways];
    stage =
        new Stage(
            ground,
            gateways,
            jvmOptions,
            FOLDER,
            Map.of(
                // A sweep would deliver what a lost doorbell left.
                "session.sweep-ms",
                "3600000",
                "session.ack-deadline-ms",
                "1500",
                "mailbox.failed-sessions-max",
                String.valueOf(RecordChecker.FAILED_SESSIONS_MAX)));
  }

  /** In turn the port of each gateway that takes connections, 0 where none does. */
  private int next() {
    List<Integer> up =
        stage.gateways().stream().filter(GatewayHost::isUp).map(GatewayHost::port).toList();
    return up.isEmpty() ? 0 : up.get(Math.floorMod(turn.getAndIncrement(), up.size()));
  }

  /** Of the balancer. */
  int port() {
    return balancer.port();
  }

  Stage stage() {
    return stage;
  }

  /** Everything that can go wrong. */
  List<Fault> faults() {
    List<Fault> faults = new ArrayList<>(stage.faults());
    Collections.addAll(faults, this::drained, this::drained, this::frozen, this::clientsDeaf);
    return faults;
  }

  private String drained(Random random, Curtain curtain) {
    int number = random.nextInt(stage.gateways().size());
    GatewayHost gateway = stage.gateways().get(number);
    int code = gateway.drain();
    exits.add(new Exit(number, code));
    gateway.start();
    return "gateway " + number + " drained, ended with " + code;
  }

  private String frozen(Random random, Curtain curtain) {
    int number = random.nextInt(stage.gateways().size());
    int frozenMs = random.nextInt(FROZEN_MS_MAX);
    GatewayHost gateway = stage.gateways().get(number);
    gateway.freeze();
    curtain.pause(frozenMs);
    gateway.thaw();
    return "gateway " + number + " frozen for " + frozenMs + " ms";
  }

  private String clientsDeaf(Random random, Curtain curtain) {
    Set<Way> ways = random.nextBoolean() ? Set.of(Way.DOWN) : Set.of(Way.UP, Way.DOWN);
    int deafMs = random.nextInt(DEAF_MS_MAX);
    balancer.lose(ways);
    curtain.pause(deafMs);
    balancer.heal();
    return "bytes " + ways + " of all clients lost for " + deafMs + " ms, then cut";
  }

  /**
   * Awaits that every gateway has noticed what befell it and is ready again, and that no client is
   * left with the half of a connection that leads to the balancer.
   */
  void awaitRecovered() {
    stage.awaitRecovered();
    EventLoop.until(
        "clients have met all ends",
        () ->
            balancer.connections()
                == stage.gateways().stream()
                    .mapToInt(gateway -> gateway.relay().connections())
                    .sum());
  }

  /** What came of gateways that were told to end since this was last asked. */
  List<Exit> exits() {
    synchronized (exits) {
      List<Exit> taken = List.copyOf(exits);
      exits.clear();
      return taken;
    }
  }

  /** The beginnings of stack traces that a gateway has logged since this was last asked. */
  List<String> traces(int gateway) {
    try {
      List<String> lines = Files.readAllLines(stage.log(gateway), StandardCharsets.UTF_8);
      List<String> traces = traces(lines, linesSeen[gateway]);
      linesSeen[gateway] = lines.size();
      return traces;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same of the lines of a log from this one on. */
  static List<String> traces(List<String> lines, int from) {
    List<String> traces = new ArrayList<>();
    for (int i = from; i < lines.size(); i++) {
      boolean inside = i > 0 && TRACE.matcher(lines.get(i - 1)).matches();
      if (TRACE.matcher(lines.get(i)).matches() && !inside) {
        traces.add(trace(lines, i));
      }
    }
    return traces;
  }

  /** Whether such a beginning tells of a thread that did not go on. */
  static boolean isOfBlockedThread(String trace) {
    return trace.contains(BLOCKED_THREAD);
  }

  /** The line before it, which tells what was thrown, and its own first lines. */
  private static String trace(List<String> lines, int first) {
    int end = first;
    while (end < lines.size()
        && end < first + TRACE_LINES_MAX
        && TRACE.matcher(lines.get(end)).matches()) {
      end++;
    }
    return String.join(" | ", lines.subList(Math.max(0, first - 1), end));
  }

  /** Ends all connections of clients and awaits that every gateway knows of none. */
  void awaitAlone() {
    balancer.cut();
    stage.gateways().forEach(gateway -> gateway.relay().cut());
    EventLoop.until(
        "nobody is connected", () -> stage.gateways().stream().allMatch(GatewayHost::isAlone));
  }

  @Override
  public void close() {
    balancer.close();
    stage.close();
  }
}
