package io.restante;

import io.vertx.core.Future;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine;

/**
 * What {@code restante keys sealed-sender} made.
 *
 * @param trustRoot the public key it printed, 33 bytes
 */
public record SealedSenderFiles(Path directory, Path key, Path root, byte[] trustRoot) {
  private static final String PRINTED = "trust root: ";

  /** Runs the command. */
  public static SealedSenderFiles make() {
    try {
      Path directory = Files.createTempDirectory("sealed-sender");
      Path key = directory.resolve("key");
      Path root = directory.resolve("root");
      StringWriter out = new StringWriter();
      CommandLine line =
          RestanteCommand.line(
              new Launch(
                  Map.of(),
                  (config, clock) -> Future.failedFuture("not asked"),
                  new CompletableFuture<>(),
                  StartClock.ofProcess()));
      line.setOut(new PrintWriter(out));
      int code =
          line.execute(
              "keys", "sealed-sender", "--out", key.toString(), "--trust-root", root.toString());
      if (code != 0 || !out.toString().startsWith(PRINTED)) {
        throw new AssertionError("exit " + code + ": " + out);
      }
      String printed = out.toString().strip().substring(PRINTED.length());
      return new SealedSenderFiles(directory, key, root, Base64.getDecoder().decode(printed));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes the files. */
  public void delete() throws IOException {
    Files.delete(key);
    Files.delete(root);
    Files.delete(directory);
  }
}
