package io.restante;

import io.restante.testing.GatewayExtension;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine;

/**
 * What {@code restante push keys} made, for the time of this process.
 *
 * @param publicKey as it printed it
 */
public record PushKeyFile(Path key, String publicKey) {
  private static final String PRINTED = "public key: ";

  /** The key of all gateways that {@link #in} sets up. */
  public static final PushKeyFile SHARED = make();

  private static PushKeyFile make() {
    try {
      Path directory = Files.createTempDirectory("push-key");
      Path key = directory.resolve("key.pem");
      directory.toFile().deleteOnExit();
      key.toFile().deleteOnExit();
      StringWriter out = new StringWriter();
      CommandLine line =
          RestanteCommand.line(
              new Launch(
                  Map.of(),
                  (config, clock) -> Future.failedFuture("not asked"),
                  new CompletableFuture<>(),
                  StartClock.ofProcess()));
      line.setOut(new PrintWriter(out));
      int code = line.execute("push", "keys", "--out", key.toString());
      if (code != 0 || !out.toString().startsWith(PRINTED)) {
        throw new AssertionError("exit " + code + ": " + out);
      }
      return new PushKeyFile(key, out.toString().strip().substring(PRINTED.length()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sets Web Push up in gateways that are not started yet. */
  public static GatewayExtension in(GatewayExtension gateways) {
    return gateways
        .with("push.webpush.key", SHARED.key.toString())
        .with("push.webpush.subject", "mailto:push@restante.example");
  }

  /** A subscription that is taken: the public key of the gateway is a point as good as any. */
  public static JsonObject subscription() {
    JsonObject keys =
        new JsonObject().put("p256dh", SHARED.publicKey).put("auth", "AQIDBAUGBwgJCgsMDQ4PEA");
    return new JsonObject()
        .put("endpoint", "https://push.example/wpush/v2/gAAAAAB")
        .put("expirationTime", (Object) null)
        .put("keys", keys);
  }
}
