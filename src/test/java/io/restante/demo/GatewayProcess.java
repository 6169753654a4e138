package io.restante.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The built gateway as a process of its own: an embedded Redis, free ports, a data directory that
 * is deleted in the end.
 */
final class GatewayProcess implements AutoCloseable {
  private static final Pattern READY = Pattern.compile("ready public=(\\S+) management=(\\S+)");
  private static final int START_SECONDS_MAX = 60;
  private static final int STOP_SECONDS_MAX = 60;

  private final Path directory;
  private final Process process;
  private final Thread hook = new Thread(this::end);
  private final String publicUrl;

  private GatewayProcess(Path jar) {
    try {
      directory = Files.createTempDirectory("restante-demo");
      process =
          new ProcessBuilder(command(jar, directory))
              .redirectError(directory.resolve("stderr").toFile())
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      publicUrl = awaitReady();
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Starts the jar and awaits its ready line. */
  static GatewayProcess start(Path jar) {
    if (!Files.exists(jar)) {
      throw new IllegalStateException(jar + " is not built (make build)");
    }
    return new GatewayProcess(jar);
  }

  private static List<String> command(Path jar, Path directory) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-jar",
        jar.toString(),
        "serve",
        "--set",
        "http.port=0",
        "--set",
        "management.port=0",
        "--set",
        "redis.data-dir=" + directory.resolve("data"));
  }

  private String awaitReady() {
    BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
    CompletableFuture<@Nullable String> ready =
        CompletableFuture.supplyAsync(
            () ->
                lines
                    .lines()
                    .filter(line -> READY.matcher(line).matches())
                    .findFirst()
                    .orElse(null));
    try {
      String line = ready.get(START_SECONDS_MAX, TimeUnit.SECONDS);
      Matcher matcher = READY.matcher(line == null ? "" : line);
      if (!matcher.matches()) {
        throw new IllegalStateException("the gateway ended: " + log());
      }
      return matcher.group(1);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the gateway does not get ready: " + log(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Where it serves. */
  String publicUrl() {
    return publicUrl;
  }

  /** What it wrote to standard error. */
  String log() {
    try {
      return Files.readString(directory.resolve("stderr"));
    } catch (IOException e) {
      return "";
    }
  }

  /** Stops it by SIGTERM and deletes its data. Returns its exit code. */
  int stop() {
    try {
      process.destroy();
      boolean ended = process.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS);
      close();
      return ended ? process.exitValue() : -1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    if (Runtime.getRuntime().removeShutdownHook(hook)) {
      end();
    }
  }

  private void end() {
    try {
      process.destroy();
      if (!process.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(path);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
