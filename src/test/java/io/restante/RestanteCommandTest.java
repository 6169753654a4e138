package io.restante;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restante.push.webpush.VapidKey;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@Timeout(30)
class RestanteCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final CompletableFuture<Void> stopAsked = new CompletableFuture<>();
  private final List<String> steps = new ArrayList<>();
  private StartClock clock = new StartClock(System::nanoTime, 0, 20_000);
  private Function<GatewayConfig, Future<Serving>> start =
      config -> Future.succeededFuture(serving(Future.succeededFuture()));

  @AfterEach
  void logAsBefore() {
    LogSetup.apply(new LogConfig(LogConfig.Format.TEXT, LogConfig.Level.WARN));
  }

  @Test
  void serveAnnouncesItselfInOneLineAndStopsWhenAsked() {
    stopAsked.complete(null);
    assertEquals(0, run("serve"));
    assertEquals("ready public=http://a:1 management=http://a:2\n", out.toString());
    assertEquals("", err.toString());
    assertEquals(List.of("stop"), steps);
  }

  @Test
  void serveStartsWithTheConfigurationThatItWasTold() {
    stopAsked.complete(null);
    start =
        config -> {
          steps.add("port " + config.http().port() + " " + config.management().port());
          return Future.succeededFuture(serving(Future.succeededFuture()));
        };
    int code = run(Map.of("RESTANTE_MANAGEMENT_PORT", "2"), "serve", "--set", "http.port=1");
    assertEquals(0, code);
    assertEquals(List.of("port 1 2", "stop"), steps);
  }

  @Test
  void aStartThatTakesTooLongSaysWhatItWaitedFor() {
    clock = new StartClock(System::nanoTime, StartClock.START_MS_MAX, StartClock.START_MS_MAX);
    clock.waitsFor("the address of nowhere (http.host)");
    start = config -> Promise.<Serving>promise().future();
    assertEquals(1, run("serve"));
    assertEquals(
        "restante: not ready within 9000 ms: waited for the address of nowhere (http.host)\n",
        err.toString());
    assertEquals("", out.toString());
  }

  @Test
  void aStartThatFailsSaysWhyInOneLine() {
    start = config -> Future.failedFuture("redis 127.0.0.1:6379:\n  connection refused");
    assertEquals(1, run("serve"));
    assertEquals("restante: redis 127.0.0.1:6379: connection refused\n", err.toString());
    assertEquals("", out.toString());
  }

  @Test
  void aStartThatThrowsSaysWhyInOneLine() {
    start =
        config -> {
          throw new IllegalStateException("no such thing");
        };
    assertEquals(1, run("serve"));
    assertEquals("restante: IllegalStateException: no such thing\n", err.toString());
  }

  @Test
  void aFailureWithoutMessageIsNamedByItsKind() {
    start = config -> Future.failedFuture(new ClosedChannelException());
    assertEquals(1, run("serve"));
    assertEquals("restante: ClosedChannelException\n", err.toString());
  }

  @Test
  void serveEndsWhenItIsAskedToBeforeItCouldServe() {
    stopAsked.complete(null);
    start = config -> Promise.<Serving>promise().future();
    assertEquals(0, run("serve"));
    assertEquals("", out.toString());
  }

  @Test
  void aStopThatFailsIsTold() {
    stopAsked.complete(null);
    start = config -> Future.succeededFuture(serving(Future.failedFuture("the store is gone")));
    assertEquals(1, run("serve"));
    assertEquals("restante: the store is gone\n", err.toString());
  }

  @Test
  void aWrongConfigurationFailsTheStartInOneLine() {
    assertEquals(1, run("serve", "--set", "http.port=x", "--set", "htp.port=1"));
    assertEquals(
        "restante: htp.port: unknown key, from --set;"
            + " http.port: 'x' from --set (expected: a number from 0 to 65535)\n",
        err.toString());
  }

  @Test
  void configCheckPrintsOkOrEachErrorOnALineOfItsOwn(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("gateway.yaml"), "http.port: 1\n");
    assertEquals(0, run("config", "check", "--config", file.toString()));
    assertEquals("ok\n", out.toString());
    assertEquals("", err.toString());
    assertEquals(1, run(Map.of("RESTANTE_X", "1"), "config", "check", "--set", "http.port=x"));
    assertEquals(
        List.of(
            "RESTANTE_X: unknown key, from the environment as RESTANTE_X",
            "http.port: 'x' from --set (expected: a number from 0 to 65535)"),
        err.toString().lines().toList());
  }

  @Test
  void configDefaultsPrintsTheReferenceFile() {
    assertEquals(0, run("config", "defaults"));
    assertEquals(ReferenceFile.yaml(), out.toString());
  }

  @Test
  void versionAndHelpArePrinted() {
    assertEquals(0, run("version"));
    assertEquals(0, run("--version"));
    assertTrue(out.toString().matches("(restante \\S+\n){2}"), out.toString());
    for (String[] args : new String[][] {{"--help"}, {"serve", "--help"}, {"config", "--help"}}) {
      assertEquals(0, run(args));
      assertTrue(out.toString().contains("Usage: restante"), out.toString());
    }
  }

  @Test
  void aWrongCallIsOneLineWithAHintAndWithoutValues() {
    assertEquals(2, run("serve", "--management.token=hunter2", "more"));
    assertEquals(
        "restante: unknown argument '--management.token=…' (try 'restante serve --help')\n",
        err.toString());
    for (String[] args :
        new String[][] {{}, {"config"}, {"srve"}, {"serve", "--set"}, {"serve", "--config"}}) {
      err.getBuffer().setLength(0);
      assertEquals(2, run(args));
      assertEquals(1, err.toString().lines().count(), err.toString());
    }
    assertFalse(out.toString().contains("hunter2"));
  }

  @Test
  void pushKeysMakesAKeyForItsOwnerAloneAndWritesOverNothing(@TempDir Path folder)
      throws Exception {
    Path file = folder.resolve("vapid.pem");
    assertEquals(0, run("push", "keys", "--out", file.toString()));
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    assertEquals("public key: " + VapidKey.read(file).publicKey() + "\n", out.toString());
    String before = Files.readString(file);
    assertFalse(out.toString().contains(before.lines().skip(1).findFirst().orElseThrow()));
    assertEquals(1, run("push", "keys", "--out", file.toString()));
    assertEquals("restante: " + file + ": exists (expected: a new file)\n", err.toString());
    assertEquals(before, Files.readString(file));
    Path nowhere = folder.resolve("none/vapid.pem");
    assertEquals(1, run("push", "keys", "--out", nowhere.toString()));
    assertTrue(err.toString().endsWith("(expected: a place to write to)\n"), err.toString());
  }

  private int run(String... args) {
    return run(Map.of(), args);
  }

  private int run(Map<String, String> environment, String... args) {
    CommandLine line =
        RestanteCommand.line(
            new Launch(environment, (config, used) -> start.apply(config), stopAsked, clock));
    return line.setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
        .execute(args);
  }

  private Serving serving(Future<Void> stop) {
    return new Serving() {
      @Override
      public String publicUrl() {
        return "http://a:1";
      }

      @Override
      public String managementUrl() {
        return "http://a:2";
      }

      @Override
      public Future<Void> stop() {
        steps.add("stop");
        return stop;
      }
    };
  }
}
