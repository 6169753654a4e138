package io.restante;

import io.restante.account.SealedSenderKey;
import io.restante.protocol.SenderCertificateCodec;
import io.restante.protocol.SigningKey;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code restante keys}: makes the keys that a gateway is configured with. */
@Command(
    name = "keys",
    description = "Makes the keys that a gateway is configured with.",
    mixinStandardHelpOptions = true)
final class KeysCommand {
  @SuppressWarnings("NullAway.Init") // Set by picocli.
  @Spec
  private CommandSpec spec;

  @Command(
      name = "sealed-sender",
      description =
          "Makes the key that signs sender certificates, and prints the trust root for the app.",
      mixinStandardHelpOptions = true)
  int sealedSender(
      @Option(
              names = "--out",
              required = true,
              description = "The key's file, for sealed-sender.key. Must not exist yet.")
          Path out,
      @Option(
              names = "--trust-root",
              required = true,
              description =
                  "The trust root's file. Made where it does not exist; keep it away from servers.")
          Path trustRoot,
      @Option(names = "--id", defaultValue = "1", description = "Number of the key (default: 1).")
          int id) {
    SecureRandom random = new SecureRandom();
    try {
      SigningKey root = Files.exists(trustRoot) ? readRoot(trustRoot) : newRoot(trustRoot, random);
      SigningKey key = SigningKey.generate(random);
      byte[] certificate = SenderCertificateCodec.serverCertificate(id, key.publicKey(), root);
      KeyFile.write(out, new SealedSenderKey(key, certificate).fileText());
      spec.commandLine().getOut().println("trust root: " + base64(root.publicKey()));
      return ExitCode.OK;
    } catch (FileAlreadyExistsException e) {
      return fail(e.getFile() + ": exists (expected: a new file)");
    } catch (IOException | IllegalArgumentException e) {
      return fail(String.valueOf(e.getMessage()));
    }
  }

  private int fail(String reason) {
    spec.commandLine().getErr().println("restante: " + reason);
    return ExitCode.SOFTWARE;
  }

  private static SigningKey newRoot(Path file, SecureRandom random) throws IOException {
    SigningKey root = SigningKey.generate(random);
    KeyFile.write(file, base64(root.secret()) + '\n');
    return root;
  }

  private static SigningKey readRoot(Path file) throws IOException {
    try {
      return SigningKey.of(Base64.getDecoder().decode(Files.readString(file).strip()));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": not a trust root that this command made", e);
    }
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
