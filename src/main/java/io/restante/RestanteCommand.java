package io.restante;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** {@code restante}: a gateway for end-to-end encrypted messaging, next to one Redis. */
@Command(
    name = "restante",
    description = "A gateway for end-to-end encrypted messaging, next to one Redis.",
    mixinStandardHelpOptions = true,
    versionProvider = RestanteCommand.Version.class)
final class RestanteCommand {
  @SuppressWarnings("NullAway.Init") // Set by picocli.
  @Spec
  private CommandSpec spec;

  private RestanteCommand() {}

  /** The whole command line. Exit codes: 0 done, 1 it cannot work, 2 it was called wrongly. */
  static CommandLine line(Launch launch) {
    return new CommandLine(new RestanteCommand())
        .addSubcommand(new ServeCommand(launch))
        .addSubcommand(new ConfigCommand(launch))
        .addSubcommand(new KeysCommand())
        .addSubcommand(new PushCommand())
        .setParameterExceptionHandler((e, args) -> calledWrongly(e))
        .setExecutionExceptionHandler((e, line, result) -> failed(e, line));
  }

  @Command(name = "version", description = "Prints the version.", mixinStandardHelpOptions = true)
  int version() {
    spec.commandLine().printVersionHelp(spec.commandLine().getOut());
    return ExitCode.OK;
  }

  private static int calledWrongly(ParameterException e) {
    CommandLine line = e.getCommandLine();
    PrintWriter err = line.getErr();
    String help = line.getCommandSpec().qualifiedName() + " --help";
    err.println("restante: " + problem(e) + " (try '" + help + "')");
    return ExitCode.USAGE;
  }

  /** Picocli's own message, except that it would repeat whole arguments: they may hold secrets. */
  private static String problem(ParameterException e) {
    if (e instanceof UnmatchedArgumentException unmatched) {
      String argument = unmatched.getUnmatched().get(0);
      return "unknown argument '" + argument.replaceFirst("=.*", "=…") + "'";
    }
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("called wrongly");
  }

  private static int failed(Exception e, CommandLine line) {
    line.getErr().println("restante: " + e.getClass().getSimpleName() + ": " + e.getMessage());
    return ExitCode.SOFTWARE;
  }

  /** The version of the jar. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"restante " + ProgramVersion.text()};
    }
  }
}
