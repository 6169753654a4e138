package io.restante.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/**
 * The program as a process of its own, with none of this process's {@code RESTANTE_} variables. It
 * is killed when it is closed.
 */
public final class Program implements AutoCloseable {
  private static final int EXIT_SECONDS_MAX = 60;

  private final Process process;
  private final FutureTask<String> err;

  private Program(Process process) {
    this.process = process;
    this.err = new FutureTask<>(() -> rest(process.errorReader(StandardCharsets.UTF_8)));
    // Read as it comes: the process stands still where nobody reads much of it.
    Thread reader = new Thread(err, "standard error of " + process.pid());
    reader.setDaemon(true);
    reader.start();
  }

  /** Runs {@code target/restante.jar}; for integration tests, which come after packaging. */
  public static Program jar(String... args) {
    return jar(List.of(), List.of(args));
  }

  /** The same with options of its Java. */
  public static Program jar(List<String> jvm, List<String> args) {
    List<String> command = new ArrayList<>(jvm);
    command.addAll(List.of("-jar", System.getProperty("restante.jar", "")));
    command.addAll(args);
    return java(command);
  }

  /** Runs a class of this class path. */
  public static Program type(String name, String... args) {
    List<String> command =
        new ArrayList<>(List.of("-cp", System.getProperty("java.class.path"), name));
    command.addAll(List.of(args));
    return java(command);
  }

  private static Program java(List<String> args) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(args);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(name -> name.startsWith("RESTANTE_"));
    // The JVM would name them on standard error.
    builder.environment().keySet().removeAll(Set.of("JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS"));
    try {
      return new Program(builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The process, for its id. */
  public ProcessHandle handle() {
    return process.toHandle();
  }

  /** The next line of standard output; waits for it. Empty where there is none. */
  public String line() {
    try {
      String line = process.inputReader(StandardCharsets.UTF_8).readLine();
      return line == null ? "" : line;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What is left of standard output, until the process has ended. */
  public String out() {
    return rest(process.inputReader(StandardCharsets.UTF_8));
  }

  /** Standard error, until the process has ended. */
  public String err() {
    try {
      return err.get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Sends SIGTERM. */
  public void terminate() {
    // Not by the process itself: that would close its streams.
    process.toHandle().destroy();
  }

  /** The exit code; the process must end by itself, however slow the machine is. */
  public int exitCode() {
    try {
      if (process.waitFor(EXIT_SECONDS_MAX, TimeUnit.SECONDS)) {
        return process.exitValue();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    // Not by the process itself, as above.
    process.toHandle().destroyForcibly();
    throw new AssertionError(
        "the process has not ended within " + EXIT_SECONDS_MAX + " s: " + out() + '\n' + err());
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  private static String rest(BufferedReader reader) {
    return String.join("\n", reader.lines().toList());
  }
}
