package io.restante.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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
 * A real Redis of its own: the embedded binary, or the one that {@code RESTANTE_TEST_REDIS} names.
 * Durable as the gateway asks by default, on a free port, with a random password. A restart keeps
 * port, password and data.
 */
public final class RedisProcess implements AutoCloseable {
  private static final String EMBEDDED = "/redis-server-7.0.15-linux-amd64";
  private static final int STARTS_MAX = 5;
  private static final Duration START_MAX = Duration.ofSeconds(10);
  private static @Nullable Path binary;

  private final Path directory;
  private final String password;
  private final Map<String, String> settings = new TreeMap<>();
  private int port;
  private @Nullable Process process;
  private @Nullable RespSocket control;

  /** Prepares, but does not start. */
  public RedisProcess() {
    try {
      directory = Files.createTempDirectory("restante-redis");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    byte[] secret = new byte[16];
    ThreadLocalRandom.current().nextBytes(secret);
    password = HexFormat.of().formatHex(secret);
    settings.put("appendonly", "yes");
    settings.put("appendfsync", "always");
    settings.put("no-appendfsync-on-rewrite", "no");
    settings.put("maxmemory-policy", "noeviction");
    settings.put("save", "\"\"");
    Runtime.getRuntime().addShutdownHook(new Thread(this::killNow));
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
        port = freePort();
      }
      try {
        startOnce();
        return this;
      } catch (IOException e) {
        killNow();
        if (i == STARTS_MAX) {
          throw new UncheckedIOException("redis does not start: " + logText(), e);
        }
      }
    }
  }

  private void startOnce() throws IOException {
    StringBuilder config = new StringBuilder();
    settings.forEach((name, value) -> config.append(name).append(' ').append(value).append('\n'));
    config
        .append("bind 127.0.0.1\nport ")
        .append(port)
        .append("\nrequirepass ")
        .append(password)
        .append("\ndir ")
        .append(directory)
        .append('\n');
    Process started =
        new ProcessBuilder(binary().toString(), "-")
            .redirectErrorStream(true)
            .redirectOutput(log().toFile())
            .start();
    process = started;
    try (OutputStream in = started.getOutputStream()) {
      in.write(config.toString().getBytes(StandardCharsets.UTF_8));
    }
    awaitReady(started);
  }

  private void awaitReady(Process started) throws IOException {
    long deadline = System.nanoTime() + START_MAX.toNanos();
    while (started.isAlive() && System.nanoTime() < deadline) {
      try {
        RespSocket socket = new RespSocket(port);
        socket.command("AUTH", password);
        socket.command("PING");
        control = socket;
        return;
      } catch (IOException | IllegalStateException e) {
        // Not listening yet, or loading.
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
      }
    }
    throw new IOException("redis did not get ready");
  }

  /** {@code redis://:password@127.0.0.1:port}. */
  public String url() {
    return "redis://:" + password + "@127.0.0.1:" + port;
  }

  /** The port, the same over restarts. */
  public int port() {
    return port;
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
        control = new RespSocket(port);
        control.command("AUTH", password);
      }
      return control.command(words);
    } catch (IOException e) {
      control = null;
      throw new UncheckedIOException(e);
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
  }

  /** SIGCONT. */
  public void thaw() {
    signal("CONT");
  }

  @Override
  public void close() {
    if (process != null) {
      kill();
    }
    try (Stream<Path> files = Files.walk(directory)) {
      List<Path> all = new ArrayList<>(files.toList());
      for (int i = all.size() - 1; i >= 0; i--) {
        Files.deleteIfExists(all.get(i));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
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

  private void awaitEnd() {
    try {
      if (!running().waitFor(10, TimeUnit.SECONDS)) {
        throw new IllegalStateException("redis does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    process = null;
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

  private String logText() {
    try {
      return Files.readString(log());
    } catch (IOException e) {
      return "(no log)";
    }
  }

  private static int freePort() {
    try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return any.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static synchronized Path binary() throws IOException {
    if (binary == null) {
      String given = System.getenv("RESTANTE_TEST_REDIS");
      binary = given == null || given.isEmpty() ? extract() : Path.of(given);
    }
    return binary;
  }

  private static Path extract() throws IOException {
    Path file = Files.createTempFile("restante-redis-server", "");
    file.toFile().deleteOnExit();
    try (InputStream in = RedisProcess.class.getResourceAsStream(EMBEDDED)) {
      if (in == null) {
        throw new IOException(EMBEDDED + " is not on the class path");
      }
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
    }
    if (!file.toFile().setExecutable(true)) {
      throw new IOException(file + " cannot be made executable");
    }
    return file;
  }
}
