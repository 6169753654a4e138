package io.restante;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs the program as a process of its own. */
@Timeout(60)
class MainIT {
  private static final String READY =
      "ready public=http://127.0.0.1:1 management=http://127.0.0.1:2";
  private static final int EXIT_SECONDS_MAX = 10;

  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void endWhatWasStarted() {
    started.forEach(Process::destroyForcibly);
  }

  @Test
  void theJarTellsItsVersion() throws Exception {
    Process process = start(List.of("-jar", System.getProperty("restante.jar", ""), "version"));
    assertEquals("", rest(process.errorReader(StandardCharsets.UTF_8)));
    String out = rest(process.inputReader(StandardCharsets.UTF_8));
    assertTrue(out.matches("restante \\d+\\.\\d+\\.\\d+\\S*"), out);
    assertEquals(0, exitCode(process));
  }

  @Test
  void theJarWithAWrongConfigurationEndsWithOneLine() throws Exception {
    Process process =
        start(
            List.of(
                "-jar",
                System.getProperty("restante.jar", ""),
                "serve",
                "--set",
                "redis.mode=standalone",
                "--set",
                "management.token=hunter2"));
    assertEquals("", rest(process.inputReader(StandardCharsets.UTF_8)));
    String err = rest(process.errorReader(StandardCharsets.UTF_8));
    assertEquals(1, err.lines().count(), err);
    assertTrue(err.startsWith("restante: management.token: a value (hidden) from --set"), err);
    assertTrue(err.contains("; redis.urls: nothing from the defaults"), err);
    assertEquals(1, exitCode(process));
  }

  @Test
  void sigtermStopsTheGatewayAndExitsWith0() throws Exception {
    Process process = serve("stops");
    assertEquals(READY, process.inputReader(StandardCharsets.UTF_8).readLine());
    process.toHandle().destroy(); // Not of the process itself: that would close its streams.
    assertEquals("", rest(process.errorReader(StandardCharsets.UTF_8)));
    assertEquals(0, exitCode(process));
  }

  @Test
  void aStopThatHangsEndsWithinTenSecondsAndDoesNotLookWell() throws Exception {
    Process process = serve("hangs");
    assertEquals(READY, process.inputReader(StandardCharsets.UTF_8).readLine());
    process.destroy();
    assertEquals(1, exitCode(process));
  }

  private Process serve(String stop) throws IOException {
    return start(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            "io.restante.StandInMain",
            stop,
            "serve"));
  }

  private Process start(List<String> args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(args);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(name -> name.startsWith("RESTANTE_"));
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    Process process = builder.start();
    started.add(process);
    return process;
  }

  private static String rest(BufferedReader reader) throws IOException {
    StringBuilder text = new StringBuilder();
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      text.append(text.isEmpty() ? "" : "\n").append(line);
    }
    return text.toString();
  }

  private static int exitCode(Process process) throws InterruptedException {
    assertTrue(process.waitFor(EXIT_SECONDS_MAX, TimeUnit.SECONDS), "still running");
    return process.exitValue();
  }
}
