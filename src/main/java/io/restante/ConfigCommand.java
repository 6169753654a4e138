package io.restante;

import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code restante config}: what can be set, and whether what is set can be used. */
@Command(
    name = "config",
    description = "Shows and checks the configuration.",
    mixinStandardHelpOptions = true)
final class ConfigCommand {
  private final Launch launch;

  @SuppressWarnings("NullAway.Init") // Set by picocli.
  @Spec
  private CommandSpec spec;

  ConfigCommand(Launch launch) {
    this.launch = launch;
  }

  @Command(
      name = "defaults",
      description = "Prints every setting with its default, as YAML.",
      mixinStandardHelpOptions = true)
  int defaults() {
    spec.commandLine().getOut().print(ReferenceFile.yaml());
    spec.commandLine().getOut().flush();
    return ExitCode.OK;
  }

  @Command(
      name = "check",
      description = "Loads the configuration and prints ok, or all that is wrong with it.",
      mixinStandardHelpOptions = true)
  int check(@Mixin ConfigOptions options) {
    try {
      options.load(launch.environment());
    } catch (ConfigException e) {
      e.errors().forEach(error -> spec.commandLine().getErr().println(error.line()));
      return ExitCode.SOFTWARE;
    }
    spec.commandLine().getOut().println("ok");
    return ExitCode.OK;
  }
}
