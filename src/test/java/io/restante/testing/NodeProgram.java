package io.restante.testing;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A program of {@code src/test/node}, which answers each line of JSON with one. */
public final class NodeProgram implements AutoCloseable {
  private static final Path FOLDER = Path.of("src/test/node").toAbsolutePath();

  private final Process process;
  private final BufferedReader out;
  private final Writer in;

  /** Starts it, such as {@code olm.mjs}. */
  public NodeProgram(String script) {
    try {
      process =
          new ProcessBuilder("node", script)
              .directory(FOLDER.toFile())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    in = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
  }

  /** Whether {@code npm ci} was run there, as {@code make test} does. */
  public static boolean isInstalled() {
    // It is there once all of it is.
    return Files.exists(FOLDER.resolve("node_modules/.package-lock.json"));
  }

  /** Asks and waits for the answer; what it could not do is in the field {@code failed}. */
  public JsonObject ask(JsonObject request) {
    try {
      in.write(request.encode());
      in.write('\n');
      in.flush();
      String line = out.readLine();
      if (line == null) {
        throw new IllegalStateException("the program ended");
      }
      return new JsonObject(line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
