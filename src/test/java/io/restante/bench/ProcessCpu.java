package io.restante.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** CPU time of a process, ended threads included, from {@code /proc/PID/stat} (proc(5)). */
public final class ProcessCpu {
  /** Clock ticks of the kernel's interface, 100 a second on every Linux of today. */
  private static final long TICK_NANOS = 10_000_000;

  // Counted behind the name, which may have blanks and ends with the last parenthesis.
  private static final int USER_FIELD = 11;
  private static final int SYSTEM_FIELD = 12;

  private ProcessCpu() {}

  /** User and system time so far. */
  public static long nanos(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return (Long.parseLong(fields[USER_FIELD]) + Long.parseLong(fields[SYSTEM_FIELD]))
          * TICK_NANOS;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
