package io.restante.redis;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Redis inside this program, as a child process: on 127.0.0.1 and a free port, with a random
 * password, durable ({@code appendfsync always}), its data in {@code redis.data-dir}. It ends with
 * the gateway, however that ends, and is started anew where it ends by itself.
 *
 * <p>All of it blocks: not for event loops.
 */
public final class EmbeddedRedis implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedRedis.class);
  private static final String HOST = "127.0.0.1";
  private static final int PORTS_MAX = 5;
  private static final int PASSWORD_BYTES = 32;
  private static final int SOCKET_TIMEOUT_MS = 1_000;
  private static final long LISTEN_MAX_NANOS = TimeUnit.SECONDS.toNanos(7);
  private static final int STOP_MAX_SECONDS = 15;
  private static final int RESTART_PAUSE_MS = 200;
  private static final String HOLD = script("hold.sh");
  private static final String SESSION = script("session.sh");

  /** What to do about a start that did not work. */
  private static final class NotStarted extends Exception {
    final boolean portTaken;

    NotStarted(String why, boolean portTaken) {
      super(why);
      this.portTaken = portTaken;
    }
  }

  private final Path dataDir;
  private final FileChannel lock;
  private final RedisBinary binary;
  private final String password;
  private final RedisMetrics metrics;
  private final List<String> moreSettings;
  private int port;
  private volatile @Nullable Process shell;
  private volatile boolean stopping;

  private EmbeddedRedis(
      Path dataDir, FileChannel lock, RedisMetrics metrics, List<String> moreSettings) {
    this.dataDir = dataDir;
    this.lock = lock;
    this.metrics = metrics;
    this.moreSettings = moreSettings;
    this.binary = RedisBinary.load();
    byte[] secret = new byte[PASSWORD_BYTES];
    new SecureRandom().nextBytes(secret);
    this.password = HexFormat.of().formatHex(secret);
  }

  /**
   * Starts it and awaits that it has its data, however long it loads.
   *
   * @param directory made where there is none, readable by this user only
   * @param metrics told whether it loads
   * @throws RedisStartException where it cannot be started, or another gateway uses the data
   */
  public static EmbeddedRedis start(Path directory, RedisMetrics metrics) {
    return start(directory, metrics, List.of());
  }

  /** The same with further directives of {@code redis.conf}. */
  static EmbeddedRedis start(Path directory, RedisMetrics metrics, List<String> moreSettings) {
    Path dataDir = make(directory);
    FileChannel lock = lock(dataDir);
    try {
      EmbeddedRedis redis = new EmbeddedRedis(dataDir, lock, metrics, moreSettings);
      redis.startOnAnyPort();
      Thread watch = new Thread(redis::watch, "embedded-redis");
      watch.setDaemon(true);
      watch.start();
      return redis;
    } catch (RuntimeException e) {
      release(lock);
      throw e;
    }
  }

  /** Where to connect to, the same after it was started anew. */
  public RedisUrl url() {
    return new RedisUrl(HOST, port, false, null, password, 0);
  }

  /** Ends it and lets go of the data. Redis writes what it has first. */
  @Override
  public synchronized void close() {
    if (stopping) {
      return;
    }
    stopping = true;
    stopShell();
    release(lock);
  }

  private static Path make(Path directory) {
    try {
      Path absolute = directory.toAbsolutePath();
      if (!Files.isDirectory(absolute)) {
        Files.createDirectories(
            absolute,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
      return absolute.toRealPath();
    } catch (IOException e) {
      throw new RedisStartException("redis.data-dir: " + directory + " cannot be made: " + e);
    }
  }

  private static FileChannel lock(Path dataDir) {
    try {
      FileChannel channel =
          FileChannel.open(
              dataDir.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try {
        if (channel.tryLock() != null) {
          return channel;
        }
      } catch (OverlappingFileLockException e) {
        // Held by this very process: as much in use as by another.
      }
      channel.close();
    } catch (IOException e) {
      throw new RedisStartException("redis.data-dir: " + dataDir + " cannot be locked: " + e);
    }
    throw new RedisStartException(
        "redis.data-dir: "
            + dataDir
            + " is used by another gateway (expected: one gateway for a data directory)");
  }

  private static void release(FileChannel lock) {
    try {
      lock.close();
    } catch (IOException e) {
      LOG.warn("the lock of the data directory was not released: {}", e.toString());
    }
  }

  private synchronized void startOnAnyPort() {
    for (int i = 1; ; i++) {
      port = freePort();
      try {
        startOnce();
        return;
      } catch (NotStarted e) {
        stopShell();
        if (!e.portTaken || i == PORTS_MAX) {
          throw new RedisStartException("the embedded redis does not start: " + e.getMessage());
        }
      } catch (IOException e) {
        stopShell();
        throw new RedisStartException("the embedded redis does not start: " + e);
      }
    }
  }

  private void startOnce() throws IOException, NotStarted {
    OrphanRedis.stop(pidFile(), binary.name(), dataDir);
    Files.deleteIfExists(pidFile());
    Path executable = binary.place(dataDir);
    Path settings = writeSettings();
    try {
      Process started =
          new ProcessBuilder(
                  "sh",
                  "-c",
                  SESSION,
                  "restante-redis",
                  HOLD,
                  executable.toString(),
                  settings.toString())
              .redirectErrorStream(true)
              .redirectOutput(logFile().toFile())
              .start();
      shell = started;
      awaitReady(started);
    } finally {
      // Redis has read it; the password need not stay on the disk.
      Files.deleteIfExists(settings);
    }
  }

  private Path writeSettings() throws IOException {
    List<String> lines =
        List.of(
            "bind " + HOST,
            "port " + port,
            "requirepass " + password,
            "dir " + quoted(dataDir.toString()),
            "pidfile " + quoted(pidFile().toString()),
            "daemonize no",
            "appendonly yes",
            "appendfsync always",
            "no-appendfsync-on-rewrite no",
            "maxmemory-policy noeviction",
            "save \"\"");
    Path file = dataDir.resolve("redis.conf");
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.write(file, lines);
    return Files.write(file, moreSettings, StandardOpenOption.APPEND);
  }

  private void awaitReady(Process started) throws IOException, NotStarted {
    long begunNanos = System.nanoTime();
    boolean loads = false;
    try {
      for (; !isReady(started, begunNanos); pause(10)) {
        if (!loads) {
          loads = true;
          metrics.loading(1);
          LOG.info("the embedded redis is loading its data");
        }
        // It takes as long as there is data; it does work.
        begunNanos = System.nanoTime();
      }
    } finally {
      if (loads) {
        metrics.loading(-1);
      }
    }
  }

  /** Awaits its answer: true where it is ready, false where it loads. */
  private boolean isReady(Process started, long begunNanos) throws IOException, NotStarted {
    while (true) {
      String answer = ping();
      if (answer.startsWith("+PONG") || answer.startsWith("-LOADING")) {
        return answer.startsWith("+PONG");
      }
      if (!started.isAlive()) {
        String log = Files.readString(logFile(), StandardCharsets.ISO_8859_1);
        throw new NotStarted(lastLine(log), log.contains("Address already in use"));
      }
      if (System.nanoTime() - begunNanos >= LISTEN_MAX_NANOS) {
        throw new NotStarted("no answer: " + lastLine(Files.readString(logFile())), false);
      }
      pause(10);
    }
  }

  /** The second reply to a login and a ping, empty while there is none. */
  private String ping() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(loopback(), port), SOCKET_TIMEOUT_MS);
      socket.setSoTimeout(SOCKET_TIMEOUT_MS);
      String commands = "AUTH " + password + "\r\nPING\r\n";
      socket.getOutputStream().write(commands.getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      line(in);
      return line(in);
    } catch (IOException e) {
      return "";
    }
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
      line.append((char) b);
    }
    return line.toString();
  }

  /** Starts it anew whenever it ends by itself, until it is closed. */
  private void watch() {
    while (!stopping) {
      int status = awaitEnd();
      if (!stopping) {
        LOG.error("the embedded redis ended by itself: status={}", status);
      }
      while (restartUnlessStopping()) {
        pause(RESTART_PAUSE_MS);
      }
    }
  }

  private int awaitEnd() {
    Process current = shell;
    try {
      return current == null ? 0 : current.waitFor();
    } catch (InterruptedException e) {
      stopping = true;
      return 0;
    }
  }

  /** Whether it must be tried again. */
  private synchronized boolean restartUnlessStopping() {
    if (stopping) {
      return false;
    }
    try {
      stopShell();
      // On the same port: that is where everybody looks for it.
      startOnce();
      LOG.info("the embedded redis was started anew");
      return false;
    } catch (IOException | NotStarted | RedisStartException e) {
      LOG.error("the embedded redis does not start: {}", e.getMessage());
      return true;
    }
  }

  private void stopShell() {
    Process last = shell;
    shell = null;
    if (last == null) {
      return;
    }
    try {
      // The end of its input is what the shell waits for.
      last.getOutputStream().close();
    } catch (IOException e) {
      LOG.debug("the pipe to the embedded redis was gone: {}", e.toString());
    }
    try {
      if (!last.waitFor(STOP_MAX_SECONDS, TimeUnit.SECONDS)) {
        last.descendants().forEach(ProcessHandle::destroyForcibly);
        last.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Path pidFile() {
    return dataDir.resolve("redis.pid");
  }

  private Path logFile() {
    return dataDir.resolve("redis.log");
  }

  private static String lastLine(String log) {
    return log.lines().filter(line -> !line.isBlank()).reduce("", (before, line) -> line).trim();
  }

  /** As redis.conf wants it. */
  static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  private static InetAddress loopback() throws IOException {
    return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
  }

  private static int freePort() {
    try (ServerSocket any = new ServerSocket(0, 1, loopback())) {
      return any.getLocalPort();
    } catch (IOException e) {
      throw new RedisStartException("the embedded redis finds no free port: " + e);
    }
  }

  private static void pause(int ms) {
    try {
      Thread.sleep(ms);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RedisStartException("interrupted while the embedded redis started");
    }
  }

  private static String script(String name) {
    try (InputStream in = EmbeddedRedis.class.getResourceAsStream("/redis/" + name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
