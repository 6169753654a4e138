package io.restante.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A real Redis of its own, of {@link RedisProgram}. Durable as the gateway asks by default, on a
 * free port, with a random password. A restart keeps port, password and data.
 */
public final class RedisProcess implements AutoCloseable {
  private static final int STARTS_MAX = 5;
  private static final Duration START_MAX = Duration.ofSeconds(30);
  private static final int END_SECONDS_MAX = 30;

  private final Path directory;
  private final String password;
  private final Map<String, String> settings = new TreeMap<>();
  private final List<String> sentinelLines = new ArrayList<>();
  private boolean clustered;
  private int port;
  private int busPort;
  private @Nullable Process process;
  private @Nullable RespSocket control;
  private volatile boolean frozen;

  /** Prepares, but does not start; the password is random. */
  public RedisProcess() {
    this(randomPassword());
  }

  /** Prepares one of several that know each other by this password. */
  public RedisProcess(String password) {
    this.password = password;
    try {
      directory = Files.createTempDirectory("restante-redis");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    settings.put("appendonly", "yes");
    settings.put("appendfsync", "always");
    settings.put("no-appendfsync-on-rewrite", "no");
    settings.put("maxmemory-policy", "noeviction");
    settings.put("save", "\"\"");
    Runtime.getRuntime().addShutdownHook(new Thread(this::killNow));
  }

  /** A password that no other has. */
  static String randomPassword() {
    byte[] secret = new byte[16];
    ThreadLocalRandom.current().nextBytes(secret);
    return HexFormat.of().formatHex(secret);
  }

  /** Makes a Sentinel of it, with these directives only; it rewrites its file by itself. */
  RedisProcess sentinel(List<String> lines) {
    settings.clear();
    sentinelLines.addAll(lines);
    return this;
  }

  /** Makes a node of a cluster of it, with a port for its bus. */
  RedisProcess clustered() {
    clustered = true;
    settings.put("cluster-enabled", "yes");
    return this;
  }

  /** Sets a directive for the next start, as in {@code redis.conf}. */
  public RedisProcess setting(String name, String value) {
    settings.put(name, value);
    return this;
  }

  /** Starts it, on the port that it had before. */
  public RedisProcess start() {
    boolean anyPort = port == 0;
    for (int i = 1; ; i++) {
      if (anyPort) {
        port = FreePort.next();
        busPort = FreePort.next();
      }
      try {
        startOnce();
        return this;
      } catch (IOException e) {
        killNow();
        // It has the port and the data until it has ended.
        awaitEndOf(process);
        if (i == STARTS_MAX) {
          throw new UncheckedIOException("redis does not start: " + logText(), e);
        }
      }
    }
  }

  private void startOnce() throws IOException {
    boolean sentinel = !sentinelLines.isEmpty();
    Process started =
        new ProcessBuilder(
                sentinel
                    ? List.of(
                        RedisProgram.path().toString(), sentinelFile().toString(), "--sentinel")
                    : List.of(RedisProgram.path().toString(), "-"))
            .redirectErrorStream(true)
            .redirectOutput(log().toFile())
            .start();
    process = started;
    try (OutputStream in = started.getOutputStream()) {
      if (!sentinel) {
        in.write(directives().getBytes(StandardCharsets.UTF_8));
      }
    }
    awaitReady(started);
  }

  private String directives() {
    StringBuilder config = new StringBuilder();
    settings.forEach((name, value) -> config.append(name).append(' ').append(value).append('\n'));
    sentinelLines.forEach(line -> config.append(line).append('\n'));
    if (clustered) {
      config.append("cluster-port ").append(busPort).append('\n');
    }
    config.append("bind 127.0.0.1\nport ").append(port).append("\ndir ").append(directory);
    if (!password.isEmpty()) {
      config.append("\nrequirepass ").append(password);
    }
    return config.append('\n').toString();
  }

  /** Written for its first start only: it keeps there what it has learned. */
  private Path sentinelFile() throws IOException {
    Path file = directory.resolve("sentinel-" + port + ".conf");
    if (!Files.exists(file)) {
      Files.writeString(file, directives());
    }
    return file;
  }

  private void awaitReady(Process started) throws IOException {
    long deadline = System.nanoTime() + START_MAX.toNanos();
    while (started.isAlive() && System.nanoTime() < deadline) {
      try {
        RespSocket socket = connect();
        socket.command("PING");
        // Another may have taken the port meanwhile.
        if (isOf(started, String.valueOf(socket.command("INFO", "server")))) {
          control = socket;
          return;
        }
        socket.close();
      } catch (IOException | IllegalStateException e) {
        // Not listening yet, or loading.
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
    throw new IOException("redis did not get ready");
  }

  private static boolean isOf(Process started, String info) {
    return info.lines().anyMatch(line -> line.equals("process_id:" + started.pid()));
  }

  /** {@code redis://:password@127.0.0.1:port}. */
  public String url() {
    return "redis://:" + password + "@127.0.0.1:" + port;
  }

  /** The port, the same over restarts. */
  public int port() {
    return port;
  }

  /** The port of the cluster's bus. */
  public int busPort() {
    return busPort;
  }

  /** The password. */
  public String password() {
    return password;
  }

  /** The process id. */
  public long pid() {
    return running().pid();
  }

  /** Runs a command over a plain socket; see {@link RespSocket#command}. */
  public synchronized @Nullable Object command(Object... words) {
    try {
      if (control == null) {
        control = connect();
      }
      return control.command(words);
    } catch (IOException e) {
      control = null;
      throw new UncheckedIOException(e);
    }
  }

  /** How many connections of gateways it has. */
  public long gatewayConnections() {
    return String.valueOf(ask("CLIENT", "LIST"))
        .lines()
        .filter(line -> line.contains("name=restante "))
        .count();
  }

  /** A plain socket of the caller's own, logged in. */
  public RespSocket connect() throws IOException {
    RespSocket socket = new RespSocket(port);
    try {
      if (!password.isEmpty()) {
        socket.command("AUTH", password);
      }
      return socket;
    } catch (IOException | IllegalStateException e) {
      socket.close();
      throw e;
    }
  }

  /** Whether it has been started and not stopped or killed since. */
  public boolean isRunning() {
    return process != null;
  }

  /**
   * Runs a command that may run twice: where Redis has closed the connection, over a new one; where
   * it loads what its primary has sent, afterwards.
   */
  public @Nullable Object ask(Object... words) {
    long deadline = System.nanoTime() + START_MAX.toNanos();
    while (true) {
      try {
        return askNow(words);
      } catch (IllegalStateException e) {
        boolean loading = String.valueOf(e.getMessage()).startsWith("LOADING");
        if (!loading || System.nanoTime() - deadline > 0) {
          throw e;
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
      }
    }
  }

  private @Nullable Object askNow(Object... words) {
    try {
      return command(words);
    } catch (UncheckedIOException e) {
      return command(words);
    }
  }

  /** Ends it by SIGTERM and awaits the end. */
  public void stop() {
    thaw();
    running().destroy();
    awaitEnd();
  }

  /** Ends it by SIGKILL and awaits the end. */
  public void kill() {
    killNow();
    awaitEnd();
  }

  /** Stops and starts it, with port and data kept. */
  public void restart() {
    stop();
    start();
  }

  /** SIGSTOP: connections stay open and nothing answers. */
  public void freeze() {
    signal("STOP");
    frozen = true;
  }

  /** SIGCONT. */
  public void thaw() {
    signal("CONT");
    frozen = false;
  }

  /** Whether it was frozen and goes on no more. */
  public boolean isFrozen() {
    return frozen;
  }

  @Override
  public void close() {
    if (process != null) {
      kill();
    }
    // What it has forked to rewrite its file outlives it, and may still write there.
    EventLoop.until(directory + " is deleted", this::isDeleted);
  }

  private boolean isDeleted() {
    try (Stream<Path> files = Files.walk(directory)) {
      List<Path> all = new ArrayList<>(files.toList());
      for (int i = all.size() - 1; i >= 0; i--) {
        Files.deleteIfExists(all.get(i));
      }
      return true;
    } catch (IOException | UncheckedIOException e) {
      return !Files.exists(directory);
    }
  }

  private void signal(String name) {
    try {
      Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start();
      if (kill.waitFor() != 0) {
        throw new IllegalStateException("kill -" + name + " failed");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void killNow() {
    Process current = process;
    if (current != null) {
      current.destroyForcibly();
    }
  }

  private static void awaitEndOf(@Nullable Process ending) {
    try {
      if (ending != null && !ending.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS)) {
        throw new IllegalStateException("redis does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void awaitEnd() {
    awaitEndOf(running());
    process = null;
    frozen = false;
    try {
      if (control != null) {
        control.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      control = null;
    }
  }

  private Process running() {
    if (process == null) {
      throw new IllegalStateException("redis is not started");
    }
    return process;
  }

  private Path log() {
    return directory.resolve("redis.log");
  }

  /** What it has logged. */
  public String logText() {
    try {
      return Files.readString(log());
    } catch (IOException e) {
      return "(no log)";
    }
  }
}
