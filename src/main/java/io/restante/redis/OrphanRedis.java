package io.restante.redis;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Redis that an earlier gateway left behind on the same data. It is taken for one only where
 * process id, executable and data directory all match: a process id alone may have been reused.
 */
final class OrphanRedis {
  private static final Logger LOG = LoggerFactory.getLogger(OrphanRedis.class);
  private static final int END_MAX_SECONDS = 8;
  private static final String DELETED = " (deleted)";

  private OrphanRedis() {}

  /**
   * Stops it, if there is one, and awaits its end.
   *
   * @throws RedisStartException where it does not end
   */
  static void stop(Path pidFile, String binaryName, Path dataDir) {
    Optional<ProcessHandle> orphan =
        read(pidFile)
            .flatMap(ProcessHandle::of)
            .filter(process -> isOurs(process, binaryName, dataDir));
    if (orphan.isEmpty()) {
      return;
    }
    ProcessHandle process = orphan.get();
    LOG.warn("stopping a redis that was left on this data: pid={}", process.pid());
    process.destroy();
    if (!ended(process)) {
      process.destroyForcibly();
      if (!ended(process)) {
        throw new RedisStartException(
            "redis.data-dir: process " + process.pid() + " still uses the data and does not end");
      }
    }
  }

  private static Optional<Long> read(Path pidFile) {
    try {
      return Optional.of(Long.valueOf(Files.readString(pidFile).trim()));
    } catch (IOException | NumberFormatException e) {
      // None, or an unfinished one: no process can be told by it.
      return Optional.empty();
    }
  }

  static boolean isOurs(ProcessHandle process, String binaryName, Path dataDir) {
    Path proc = Path.of("/proc", Long.toString(process.pid()));
    Optional<Path> executable = link(proc.resolve("exe")).or(() -> command(process));
    if (executable.isEmpty() || !named(executable.get(), binaryName)) {
      return false;
    }
    // Without /proc: the binary itself was put into the data directory.
    Path place = link(proc.resolve("cwd")).orElseGet(() -> parent(executable.get()));
    return isSame(place, dataDir);
  }

  private static boolean named(Path executable, String binaryName) {
    String name = String.valueOf(executable.getFileName());
    return name.equals(binaryName) || name.equals(binaryName + DELETED);
  }

  private static Optional<Path> command(ProcessHandle process) {
    return process.info().command().map(Path::of);
  }

  private static Path parent(Path executable) {
    Path parent = executable.getParent();
    return parent == null ? executable : parent;
  }

  private static Optional<Path> link(Path link) {
    try {
      return Optional.of(Files.readSymbolicLink(link));
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.empty();
    }
  }

  private static boolean isSame(Path place, Path dataDir) {
    try {
      return Files.isSameFile(place, dataDir);
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean ended(ProcessHandle process) {
    try {
      process.onExit().get(END_MAX_SECONDS, TimeUnit.SECONDS);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException | TimeoutException e) {
      return !process.isAlive();
    }
  }
}
