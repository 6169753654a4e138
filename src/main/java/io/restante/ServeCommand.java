package io.restante;

import io.vertx.core.Future;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code restante serve}: runs a gateway until it is told to stop. */
@Command(
    name = "serve",
    description =
        "Runs a gateway. When it can serve it prints one line: ready public=… management=…",
    mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);

  private final Launch launch;

  @SuppressWarnings("NullAway.Init") // Set by picocli.
  @Spec
  private CommandSpec spec;

  @Mixin private ConfigOptions options = new ConfigOptions();

  ServeCommand(Launch launch) {
    this.launch = launch;
  }

  @Override
  public Integer call() throws InterruptedException {
    CompletableFuture<Void> stopAsked = launch.stopAsked().toCompletableFuture();
    try {
      GatewayConfig config = options.load(launch.environment());
      LogSetup.apply(config.log());
      CompletableFuture<Serving> start = stage(launch.start().apply(config, launch.clock()));
      launch.clock().await(CompletableFuture.anyOf(start, stopAsked));
      if (!start.isDone()) {
        return ExitCode.OK; // Told to stop before it could serve: the process ends as it is.
      }
      Serving serving = start.get();
      announce(serving);
      stopAsked.join();
      stage(serving.stop()).get();
      return ExitCode.OK;
    } catch (ConfigException | TimeoutException e) {
      return fail(reason(e));
    } catch (ExecutionException e) {
      LOG.debug("stack trace of the failure", e.getCause());
      return fail(reason(e.getCause() == null ? e : e.getCause()));
    }
  }

  private void announce(Serving serving) {
    // println and flush in one: whoever waits for this line reads a pipe.
    spec.commandLine()
        .getOut()
        .printf("ready public=%s management=%s%n", serving.publicUrl(), serving.managementUrl());
    spec.commandLine().getOut().flush();
  }

  private int fail(String reason) {
    spec.commandLine().getErr().println("restante: " + reason.replaceAll("\\s*\\R\\s*", " "));
    return ExitCode.SOFTWARE;
  }

  /** What an operator can act on: the message of the failure, else its kind. */
  private static String reason(Throwable failure) {
    String message = failure.getMessage();
    return message == null || message.isBlank() ? failure.getClass().getSimpleName() : message;
  }

  private static <T> CompletableFuture<T> stage(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture();
  }
}
