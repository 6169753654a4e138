package io.restante.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.restante.testing.EventLoop;
import io.restante.testing.RespSocket;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedRedisIT {
  /** Be it that the machine stands still. */
  private static final int PATIENCE_MS = 10_000;

  /** Of which it says that it loads after each 1,024. */
  private static final int KEYS_LOADED = 1 << 16;

  @TempDir Path temp;

  private Path dataDir() {
    return temp.resolve("the data");
  }

  private static @Nullable Object run(RedisUrl url, Object... words) throws IOException {
    try (RespSocket socket = new RespSocket(url.port())) {
      socket.command("AUTH", String.valueOf(url.password()));
      return socket.command(words);
    }
  }

  /** Of its settings, which lie there until it has its data. */
  private String directive(String name) throws IOException {
    return Files.readAllLines(dataDir().resolve("redis.conf")).stream()
        .filter(line -> line.startsWith(name + ' '))
        .map(line -> line.substring(name.length() + 1))
        .findFirst()
        .orElseThrow();
  }

  private ProcessHandle server() throws IOException {
    long pid = Long.parseLong(Files.readString(dataDir().resolve("redis.pid")).trim());
    return ProcessHandle.of(pid).orElseThrow();
  }

  /** A gateway of its own process, whose Redis this is. */
  private record Host(Process process, String answer) implements AutoCloseable {
    static Host start(Path dataDir) throws IOException {
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  EmbeddedRedisHost.class.getName(),
                  dataDir.toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      BufferedReader out = process.inputReader();
      String line = out.readLine();
      while (line != null && !line.startsWith("ready ") && !line.startsWith("refused ")) {
        line = out.readLine();
      }
      return new Host(process, String.valueOf(line));
    }

    RedisUrl url() {
      List<String> words = List.of(answer.split(" ", -1));
      assertEquals("ready", words.get(0), answer);
      return new RedisUrl(
          "127.0.0.1", Integer.parseInt(words.get(1)), false, null, words.get(2), 0);
    }

    void kill() {
      process.destroyForcibly();
      EventLoop.until("the gateway's end", () -> !process.isAlive());
    }

    @Override
    public void close() {
      kill();
    }
  }

  @Test
  void itIsDurableAsTheGatewayAsks() throws IOException {
    try (EmbeddedRedis redis = EmbeddedRedis.start(dataDir(), RedisMetrics.none());
        EventLoop loop = new EventLoop()) {
      RedisConfig config =
          RedisConfig.standalone(redis.url(), Set.of(RedisConfig.Durability.FSYNC))
              .withLimits(PATIENCE_MS, RedisConfig.IN_FLIGHT_MAX);
      HeldRedisLink link =
          loop.await(() -> HeldRedisLink.open(loop.vertx(), config, RedisMetrics.none()));
      assertTrue(loop.call(() -> link.isUsable()));
      loop.await(link::close);
    }
  }

  @Test
  void aRestartKeepsTheData() throws IOException {
    try (EmbeddedRedis redis = EmbeddedRedis.start(dataDir(), RedisMetrics.none())) {
      run(redis.url(), "SET", "k", "kept");
    }
    try (EmbeddedRedis redis = EmbeddedRedis.start(dataDir(), RedisMetrics.none())) {
      assertEquals("kept", run(redis.url(), "GET", "k"));
    }
  }

  @Test
  void itIsAwaitedForAsLongAsItLoadsItsData() throws IOException {
    try (EmbeddedRedis redis = EmbeddedRedis.start(dataDir(), RedisMetrics.none())) {
      String fill = "for i = 1, " + KEYS_LOADED + " do redis.call('SET', 'k' .. i, i) end";
      run(redis.url(), "EVAL", fill, 0);
    }
    MeteredRedis metrics = new MeteredRedis(new SimpleMeterRegistry());
    // It would take twenty seconds.
    List<String> slowly = List.of("key-load-delay 300");
    CompletableFuture<EmbeddedRedis> start =
        CompletableFuture.supplyAsync(() -> EmbeddedRedis.start(dataDir(), metrics, slowly));
    EventLoop.until("it loads", metrics::isLoading);
    assertFalse(start.isDone());
    RedisUrl loading =
        new RedisUrl(
            "127.0.0.1",
            Integer.parseInt(directive("port")),
            false,
            null,
            directive("requirepass"),
            0);
    run(loading, "CONFIG", "SET", "key-load-delay", 0);
    try (EmbeddedRedis redis = start.join()) {
      assertFalse(metrics.isLoading());
      assertEquals(String.valueOf(KEYS_LOADED), run(redis.url(), "GET", "k" + KEYS_LOADED));
    }
  }

  @Test
  void closingItEndsTheServerAndLetsGoOfTheData() throws IOException {
    EmbeddedRedis redis = EmbeddedRedis.start(dataDir(), RedisMetrics.none());
    ProcessHandle server = server();
    assertTrue(server.isAlive());
    redis.close();
    assertFalse(server.isAlive());
    EmbeddedRedis.start(dataDir(), RedisMetrics.none()).close();
  }

  @Test
  void itsDataAndPasswordAreForThisUserOnly() throws IOException {
    try (EmbeddedRedis redis = EmbeddedRedis.start(dataDir(), RedisMetrics.none())) {
      String password = String.valueOf(redis.url().password());
      assertEquals(
          "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(dataDir())));
      for (Optional<ProcessHandle> each = Optional.of(server());
          each.isPresent() && each.get().pid() != ProcessHandle.current().pid();
          each = each.get().parent()) {
        String shown =
            Files.readString(Path.of("/proc", Long.toString(each.get().pid()), "cmdline"));
        assertFalse(shown.contains(password));
      }
      try (Stream<Path> files = Files.walk(dataDir())) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          String content = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
          assertFalse(content.contains(password), file.toString());
        }
      }
    }
  }

  @Test
  void aSecondGatewayOnTheSameDataIsRefused() throws IOException {
    ProcessHandle server;
    try (Host first = Host.start(dataDir());
        Host second = Host.start(dataDir())) {
      server = server();
      assertTrue(second.answer().startsWith("refused redis.data-dir: "), second.answer());
      assertTrue(second.answer().contains("is used by another gateway"), second.answer());
      assertEquals("PONG", run(first.url(), "PING"));
      RedisStartException refused =
          assertThrows(
              RedisStartException.class, () -> EmbeddedRedis.start(dataDir(), RedisMetrics.none()));
      assertTrue(String.valueOf(refused.getMessage()).contains("is used by another gateway"));
    }
    // Until then it writes where the test's directory is deleted.
    EventLoop.until("the server's end", () -> !server.isAlive());
  }

  @Test
  void twoInOneProcessOnTheSameDataAreRefusedToo() {
    try (EmbeddedRedis redis = EmbeddedRedis.start(dataDir(), RedisMetrics.none())) {
      assertThrows(
          RedisStartException.class, () -> EmbeddedRedis.start(dataDir(), RedisMetrics.none()));
      assertNotEquals(0, redis.url().port());
    }
  }

  @Test
  void itEndsWithAGatewayThatIsKilledHard() throws IOException {
    try (Host host = Host.start(dataDir())) {
      run(host.url(), "SET", "k", "kept");
      ProcessHandle server = server();
      host.kill();
      EventLoop.until("the server's end", () -> !server.isAlive());
    }
    try (EmbeddedRedis redis = EmbeddedRedis.start(dataDir(), RedisMetrics.none())) {
      assertEquals("kept", run(redis.url(), "GET", "k"));
    }
  }

  @Test
  void aKeyThatInterruptsTheTerminalDoesNotReachIt() throws IOException {
    try (EmbeddedRedis redis = EmbeddedRedis.start(dataDir(), RedisMetrics.none())) {
      assertNotEquals(session(ProcessHandle.current().pid()), session(server().pid()));
      assertEquals("PONG", run(redis.url(), "PING"));
    }
  }

  private static String session(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
    return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[3];
  }

  @Test
  void anOrphanOnTheDataIsStoppedFirst() throws IOException {
    ProcessHandle orphan;
    try (Host host = Host.start(dataDir())) {
      run(host.url(), "SET", "k", "kept");
      orphan = server();
      long server = orphan.pid();
      // Without the shell and its watcher nobody ends the server, and a gateway that stands still
      // and is killed then does not start it anew.
      ProcessHandle shell = orphan.parent().orElseThrow();
      freeze(host.process().pid());
      // Nor does the shell meet the end of the other first.
      freeze(shell.pid());
      shell
          .children()
          .filter(child -> child.pid() != server)
          .forEach(ProcessHandle::destroyForcibly);
      shell.destroyForcibly();
      host.kill();
      EventLoop.until("the shell's end", () -> !shell.isAlive());
    }
    assertTrue(orphan.isAlive());
    try (EmbeddedRedis redis = EmbeddedRedis.start(dataDir(), RedisMetrics.none())) {
      assertFalse(orphan.isAlive());
      assertEquals("kept", run(redis.url(), "GET", "k"));
    }
  }

  private static void freeze(long pid) throws IOException {
    Process kill = new ProcessBuilder("kill", "-STOP", Long.toString(pid)).start();
    EventLoop.until("frozen", () -> !kill.isAlive());
  }

  @Test
  void aProcessThatOnlyHasTheSameNumberIsLeftAlone() throws IOException {
    Files.createDirectories(dataDir());
    Process other = new ProcessBuilder("sleep", "600").directory(dataDir().toFile()).start();
    Files.writeString(dataDir().resolve("redis.pid"), Long.toString(other.pid()));
    try (EmbeddedRedis redis = EmbeddedRedis.start(dataDir(), RedisMetrics.none())) {
      assertEquals("PONG", run(redis.url(), "PING"));
      assertTrue(other.isAlive());
    } finally {
      other.destroyForcibly();
    }
  }

  @Test
  void itIsStartedAnewWhereItEndsByItself() throws IOException {
    try (EmbeddedRedis redis = EmbeddedRedis.start(dataDir(), RedisMetrics.none())) {
      run(redis.url(), "SET", "k", "kept");
      ProcessHandle server = server();
      server.destroyForcibly();
      EventLoop.until("its end", () -> !server.isAlive());
      EventLoop.until("its return", () -> "kept".equals(answer(redis.url(), "GET", "k")));
      assertNotEquals(server.pid(), server().pid());
    }
  }

  private static @Nullable Object answer(RedisUrl url, Object... words) {
    try {
      return run(url, words);
    } catch (IOException | IllegalStateException e) {
      return null;
    }
  }

  @Test
  void aChangedBinaryIsReplacedBeforeItIsRun() throws IOException {
    EmbeddedRedis.start(dataDir(), RedisMetrics.none()).close();
    Path binary = dataDir().resolve(RedisBinary.load().name());
    Files.writeString(binary, "#!/bin/sh\ntouch " + temp.resolve("was-run") + "\n");
    EmbeddedRedis.start(dataDir(), RedisMetrics.none()).close();
    assertFalse(Files.exists(temp.resolve("was-run")));
  }

  @Test
  void dataThatRedisCannotReadIsToldInOneLine() throws IOException {
    EmbeddedRedis.start(dataDir(), RedisMetrics.none()).close();
    Path manifest = dataDir().resolve("appendonlydir/appendonly.aof.manifest");
    Files.writeString(manifest, "nonsense\n");
    RedisStartException refused =
        assertThrows(
            RedisStartException.class, () -> EmbeddedRedis.start(dataDir(), RedisMetrics.none()));
    String line = String.valueOf(refused.getMessage());
    assertTrue(line.startsWith("the embedded redis does not start: "), line);
    assertFalse(line.contains("\n"), line);
  }

  @Test
  void aPlatformWithoutABinaryIsToldWhatToDo() {
    RedisStartException refused =
        assertThrows(RedisStartException.class, () -> RedisBinary.load("Windows 11", "amd64"));
    assertTrue(String.valueOf(refused.getMessage()).contains("redis.mode=standalone"));
    assertEquals(
        "redis-server-7.0.15-darwin-arm64", RedisBinary.load("Mac OS X", "aarch64").name());
    assertEquals("redis-server-7.0.15-linux-amd64", RedisBinary.load("Linux", "amd64").name());
  }

  @Test
  void nothingListensOutsideTheLoopback() throws IOException {
    try (EmbeddedRedis redis = EmbeddedRedis.start(dataDir(), RedisMetrics.none());
        ServerSocket elsewhere = new ServerSocket()) {
      // The same port of another loopback address is free, so it is not bound to all.
      elsewhere.bind(new InetSocketAddress("127.0.0.2", redis.url().port()));
      assertTrue(elsewhere.isBound());
    }
  }
}
