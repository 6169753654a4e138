package io.restante.faults;

import io.restante.testing.EventLoop;
import io.restante.testing.LiveHeap;
import io.restante.testing.TcpRelay;
import io.restante.testing.client.Answer;
import io.restante.testing.client.Ask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A gateway as a process of its own, behind a relay whose port stays the same when the gateway is
 * killed and started again.
 */
public final class GatewayHost implements AutoCloseable {
  private static final Pattern READY =
      Pattern.compile("ready public=(http://\\S+) management=(http://\\S+)");
  private static final Pattern IN_FLIGHT =
      Pattern.compile("(?m)^restante_requests_in_flight(?:\\{.*})? (\\S+)$");

  private static final Pattern CONNECTIONS =
      Pattern.compile("(?m)^restante_connections_open(?:\\{.*})? (\\S+)$");

  private static final int STARTS_MAX = 4;

  /** It promises ten; the rest is for the machine. */
  private static final int DRAIN_SECONDS_MAX = 20;

  private final List<String> jvmOptions;
  private final Map<String, String> settings;
  private final Path log;
  private final TcpRelay relay = new TcpRelay(0);
  private volatile @Nullable Process process;
  private volatile int managementPort;
  private volatile boolean up;

  /**
   * Prepares one.
   *
   * @param jvmOptions among them the class path
   * @param log where its standard error goes
   */
  public GatewayHost(List<String> jvmOptions, Map<String, String> settings, Path log) {
    this.jvmOptions = jvmOptions;
    this.settings = settings;
    this.log = log;
    Runtime.getRuntime().addShutdownHook(new Thread(this::close));
  }

  /** Starts it and leads the relay to it; again where a busy machine was too slow for it. */
  public void start() {
    for (int i = 1; ; i++) {
      try {
        launch();
        return;
      } catch (IOException e) {
        if (i == STARTS_MAX) {
          throw new UncheckedIOException("the gateway does not start: see " + log, e);
        }
      }
    }
  }

  private void launch() throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // It lives for seconds: what a second compiler would gain it costs.
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m"));
    command.addAll(jvmOptions);
    command.addAll(List.of("io.restante.Main", "serve"));
    settings.forEach((name, value) -> command.addAll(List.of("--set", name + '=' + value)));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().keySet().removeIf(name -> name.startsWith("RESTANTE_"));
    Process started = builder.start();
    process = started;
    String line = started.inputReader(StandardCharsets.UTF_8).readLine();
    Matcher matcher = READY.matcher(line == null ? "" : line);
    if (!matcher.matches()) {
      started.destroyForcibly();
      throw new IOException("no ready line");
    }
    relay.leadTo(URI.create(matcher.group(1)).getPort());
    managementPort = URI.create(matcher.group(2)).getPort();
    up = true;
  }

  /** Whether it takes new connections: it was started, and neither killed nor told to end. */
  public boolean isUp() {
    return up;
  }

  /** Where to ask it, through the relay. */
  public int port() {
    return relay.port();
  }

  /** Between clients and it. */
  public TcpRelay relay() {
    return relay;
  }

  /** SIGKILL. */
  public void kill() {
    Process dying = running();
    up = false;
    dying.destroyForcibly();
    EventLoop.until("the gateway is dead", () -> !dying.isAlive());
    process = null;
    relay.cut();
  }

  /** SIGTERM; answers its exit code, -1 where it does not end in time and is killed. */
  public int drain() {
    Process ending = running();
    up = false;
    // Not by the process itself: that would close its streams.
    ending.toHandle().destroy();
    try {
      int code = ending.waitFor(DRAIN_SECONDS_MAX, TimeUnit.SECONDS) ? ending.exitValue() : -1;
      kill();
      return code;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** SIGSTOP: connections stay open and nothing answers. */
  public void freeze() {
    signal("-STOP");
  }

  /** SIGCONT. */
  public void thaw() {
    signal("-CONT");
  }

  private void signal(String name) {
    Processes.output("kill", name, Long.toString(running().pid()));
  }

  /** How many files and sockets it has open. */
  public int openFiles() {
    String[] files = Path.of("/proc", Long.toString(running().pid()), "fd").toFile().list();
    return files == null ? 0 : files.length;
  }

  /** The bytes of its heap that are in use after a full collection. */
  public long liveBytes() {
    return LiveHeap.bytes(running().pid());
  }

  /** Whether no client is connected to it. */
  public boolean isAlone() {
    return metric(CONNECTIONS) == 0;
  }

  /**
   * Whether it has met the end of every connection that has ended: of those to these ports, and of
   * those of clients at the relay.
   */
  boolean hasMetEnds(Set<Integer> ports) {
    return !Sockets.holdsEndedAt(relay.port()) && !Sockets.holdsEnded(running().pid(), ports);
  }

  /** Whether it says that it is ready. */
  public boolean isReady() {
    try (Line line = new Line(managementPort)) {
      return line.ask(Ask.get("/health/ready")).status() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether it answers no request at the moment. */
  public boolean isIdle() {
    return metric(IN_FLIGHT) == 0;
  }

  /** The value of a metric, -1 where it does not tell. */
  private double metric(Pattern pattern) {
    try (Line line = new Line(managementPort)) {
      Answer metrics = line.ask(Ask.get("/metrics"));
      Matcher value = pattern.matcher(metrics.text());
      return value.find() ? Double.parseDouble(value.group(1)) : -1;
    } catch (IOException e) {
      return -1;
    }
  }

  private Process running() {
    Process current = process;
    if (current == null) {
      throw new IllegalStateException("the gateway does not run");
    }
    return current;
  }

  @Override
  public void close() {
    relay.close();
    Process current = process;
    if (current != null) {
      current.destroyForcibly();
    }
  }
}
