package io.restante.testing;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * A client program in a process of its own: its sources of {@code src/test/clients/NAME}, compiled
 * now against the jars of {@code target/clients/NAME} and nothing else. It is told steps and
 * answers each, as words of a line between tabs.
 */
public final class ClientProgram implements AutoCloseable {
  private static final int STEP_SECONDS_MAX = 60;

  /** What a step came to: {@code ok}, or {@code failed} with the exception's name. */
  public record Outcome(boolean ok, List<String> words) {
    /** The word, or else the exception's name. */
    public String first() {
      return words.get(0);
    }
  }

  private final Process process;
  private final BufferedReader out;
  private final BufferedWriter in;
  private final List<String> transcript = new ArrayList<>();

  private ClientProgram(Process process) {
    this.process = process;
    this.out = process.inputReader(StandardCharsets.UTF_8);
    this.in = process.outputWriter(StandardCharsets.UTF_8);
  }

  /**
   * Compiles and starts a program.
   *
   * @param scratch where classes and what it says on standard error go
   */
  public static ClientProgram start(String name, String main, Path scratch, List<String> arguments)
      throws IOException {
    String jars = jars(Path.of("target", "clients", name));
    Path classes = Files.createDirectories(scratch.resolve("classes"));
    compile(Path.of("src", "test", "clients", name), jars, classes);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // It lives for seconds: what a second compiler would gain it costs.
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xmx256m", "-cp"));
    command.add(classes + File.pathSeparator + jars);
    command.add(main);
    command.addAll(arguments);
    return new ClientProgram(
        new ProcessBuilder(command).redirectError(scratch.resolve("stderr").toFile()).start());
  }

  private static String jars(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return String.join(
          File.pathSeparator, files.map(Path::toString).filter(n -> n.endsWith(".jar")).toList());
    }
  }

  private static void compile(Path sources, String jars, Path classes) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null);
        Stream<Path> found = Files.list(sources)) {
      List<String> options =
          List.of("-proc:none", "-nowarn", "-cp", jars, "-d", classes.toString());
      boolean compiled =
          compiler
              .getTask(
                  null,
                  files,
                  null,
                  options,
                  null,
                  files.getJavaFileObjectsFromPaths(found.toList()))
              .call();
      if (!compiled) {
        throw new IllegalStateException(sources + " does not compile");
      }
    }
  }

  /** Tells a step and awaits what it came to. */
  public Outcome tryStep(String... words) {
    String line = String.join("\t", words);
    String answer = tell(line);
    transcript.add(line + "  ->  " + answer);
    return outcome(answer);
  }

  /** What the client's library said since this was asked last; not in the transcript. */
  public List<String> log() {
    return outcome(tell("log")).words();
  }

  private static Outcome outcome(String answer) {
    List<String> parts = List.of(answer.split("\t", -1));
    return new Outcome(parts.get(0).equals("ok"), parts.subList(1, parts.size()));
  }

  private String tell(String line) {
    try {
      in.write(line + '\n');
      in.flush();
      String answer = readLine();
      if (answer == null) {
        throw new IllegalStateException("the client has ended:\n" + transcript());
      }
      return answer;
    } catch (IOException e) {
      throw new IllegalStateException("the client has ended:\n" + transcript(), e);
    }
  }

  private @Nullable String readLine() throws IOException {
    CompletableFuture<@Nullable String> line = new CompletableFuture<>();
    Thread reader =
        new Thread(
            () -> {
              try {
                line.complete(out.readLine());
              } catch (IOException e) {
                line.completeExceptionally(e);
              }
            });
    reader.setDaemon(true);
    reader.start();
    try {
      return line.get(STEP_SECONDS_MAX, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    } catch (TimeoutException e) {
      throw new IllegalStateException("the client does not answer:\n" + transcript(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Tells a step, which must work; answers the words of its result, one empty word for none. */
  public List<String> step(String... words) {
    Outcome outcome = tryStep(words);
    if (!outcome.ok()) {
      throw new AssertionError("a step failed:\n" + transcript());
    }
    return outcome.words();
  }

  /** The steps so far, a line each. */
  public String transcript() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < transcript.size(); i++) {
      text.append(String.format(Locale.ROOT, "%3d  %s%n", i + 1, transcript.get(i)));
    }
    return text.toString();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor(STEP_SECONDS_MAX, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
