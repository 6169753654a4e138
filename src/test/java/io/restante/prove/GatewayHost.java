package io.restante.prove;

import io.restante.testing.EventLoop;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A gateway as a process of its own, behind a relay whose port stays the same when the gateway is
 * killed and started again.
 */
final class GatewayHost implements AutoCloseable {
  private static final Pattern READY =
      Pattern.compile("ready public=(http://\\S+) management=(http://\\S+)");
  private static final Pattern IN_FLIGHT =
      Pattern.compile("(?m)^restante_requests_in_flight(?:\\{.*})? (\\S+)$");

  private static final int STARTS_MAX = 4;

  private final List<String> jvmOptions;
  private final Map<String, String> settings;
  private final Path log;
  private final TcpRelay relay = new TcpRelay(0);
  private volatile @Nullable Process process;
  private volatile int managementPort;

  /**
   * Prepares one.
   *
   * @param jvmOptions among them the class path
   * @param log where its standard error goes
   */
  GatewayHost(List<String> jvmOptions, Map<String, String> settings, Path log) {
    this.jvmOptions = jvmOptions;
    this.settings = settings;
    this.log = log;
    Runtime.getRuntime().addShutdownHook(new Thread(this::close));
  }

  /** Starts it and leads the relay to it; again where a busy machine was too slow for it. */
  void start() {
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
      throw new IOException("no ready line");
    }
    relay.leadTo(URI.create(matcher.group(1)).getPort());
    managementPort = URI.create(matcher.group(2)).getPort();
  }

  /** Where to ask it, through the relay. */
  int port() {
    return relay.port();
  }

  /** Between clients and it. */
  TcpRelay relay() {
    return relay;
  }

  /** SIGKILL. */
  void kill() {
    Process dying = running();
    dying.destroyForcibly();
    EventLoop.until("the gateway is dead", () -> !dying.isAlive());
    process = null;
    relay.cut();
  }

  /** Whether it says that it is ready. */
  boolean isReady() {
    try (Line line = new Line(managementPort)) {
      return line.ask(Ask.get("/health/ready")).status() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether it answers no request at the moment. */
  boolean isIdle() {
    try (Line line = new Line(managementPort)) {
      Answer metrics = line.ask(Ask.get("/metrics"));
      Matcher inFlight = IN_FLIGHT.matcher(metrics.text());
      return inFlight.find() && Double.parseDouble(inFlight.group(1)) == 0;
    } catch (IOException e) {
      return false;
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
