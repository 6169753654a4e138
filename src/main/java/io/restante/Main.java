package io.restante;

import io.vertx.core.Future;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;

/** Where the process begins and ends. */
public final class Main {
  /** From the signal to the end of the process, whatever still runs. */
  static final int STOP_SECONDS_MAX = 9;

  private static final int EXIT_STOP_TOO_LONG = 1;

  private Main() {}

  /** Runs the program. */
  public static void main(String[] args) {
    run(Gateway::start, STOP_SECONDS_MAX, args);
  }

  /** Runs the program with what starts a gateway, which may take so long to stop. */
  static void run(
      BiFunction<GatewayConfig, StartClock, Future<Serving>> start,
      int stopSecondsMax,
      String... args) {
    StartClock clock = StartClock.ofProcess();
    CompletableFuture<Void> stopAsked = new CompletableFuture<>();
    CompletableFuture<Integer> exitCode = new CompletableFuture<>();
    Thread hook = new Thread(() -> stop(stopAsked, exitCode, stopSecondsMax), "stop");
    Runtime.getRuntime().addShutdownHook(hook);
    Launch launch = new Launch(System.getenv(), start, stopAsked, clock);
    exitCode.complete(RestanteCommand.line(launch).execute(args));
    System.exit(exitCode.join());
  }

  /** On SIGTERM: lets the command end by itself, so that the exit code is the command's own. */
  private static void stop(
      CompletableFuture<Void> stopAsked, CompletableFuture<Integer> exitCode, int secondsMax) {
    stopAsked.complete(null);
    try {
      Runtime.getRuntime().halt(exitCode.get(secondsMax, TimeUnit.SECONDS));
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      Runtime.getRuntime().halt(EXIT_STOP_TOO_LONG);
    }
  }
}
