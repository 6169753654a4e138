package io.restante;

import io.restante.push.webpush.VapidKey;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.security.SecureRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code restante push}: what push is set up with. */
@Command(
    name = "push",
    description = "Makes what push is set up with.",
    mixinStandardHelpOptions = true)
final class PushCommand {
  @SuppressWarnings("NullAway.Init") // Set by picocli.
  @Spec
  private CommandSpec spec;

  @Command(
      name = "keys",
      description =
          "Makes the key by which push servers know the gateway, and prints its public half.",
      mixinStandardHelpOptions = true)
  int keys(
      @Option(
              names = "--out",
              required = true,
              description = "The key's file, for push.webpush.key. Must not exist yet.")
          Path out) {
    VapidKey key = VapidKey.generate(new SecureRandom());
    try {
      KeyFile.write(out, key.fileText());
      spec.commandLine().getOut().println("public key: " + key.publicKey());
      return ExitCode.OK;
    } catch (FileAlreadyExistsException e) {
      return fail(e.getFile() + ": exists (expected: a new file)");
    } catch (IOException e) {
      return fail(out + ": " + e.getClass().getSimpleName() + " (expected: a place to write to)");
    }
  }

  private int fail(String reason) {
    spec.commandLine().getErr().println("restante: " + reason);
    return ExitCode.SOFTWARE;
  }
}
