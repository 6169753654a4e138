package io.restante.bench;

import io.restante.testing.RedisProgram;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;

/** When and on what something was measured. */
public final class Machine {
  private Machine() {}

  /** Date, cores, processor, kernel, JDK, Redis and how busy the machine was, in one line. */
  public static String line() {
    return String.format(
        Locale.ROOT,
        "%s, %d cores of a shared machine (%s), Linux %s, OpenJDK %s, %s, load average %s.",
        LocalDate.now(ZoneOffset.UTC),
        Runtime.getRuntime().availableProcessors(),
        processor(),
        System.getProperty("os.version"),
        System.getProperty("java.version"),
        RedisProgram.build(),
        read("/proc/loadavg").split(" ", -1)[0]);
  }

  private static String processor() {
    return read("/proc/cpuinfo")
        .lines()
        .filter(line -> line.startsWith("model name"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse(System.getProperty("os.arch"));
  }

  private static String read(String path) {
    try {
      return Files.readString(Path.of(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
