package io.restante.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The Redis server of all tests: the embedded one, or what {@code RESTANTE_TEST_REDIS} names. */
public final class RedisProgram {
  private static final String EMBEDDED = "/redis-server-7.0.15-linux-amd64";
  private static final Pattern BUILD = Pattern.compile(" v=(\\S+) .* malloc=(\\S+)");
  private static @Nullable Path path;

  private RedisProgram() {}

  /** Where it is. */
  static synchronized Path path() throws IOException {
    if (path == null) {
      String given = System.getenv("RESTANTE_TEST_REDIS");
      path = given == null || given.isEmpty() ? extract() : Path.of(given);
    }
    return path;
  }

  private static Path extract() throws IOException {
    Path file = Files.createTempFile("restante-redis-server", "");
    file.toFile().deleteOnExit();
    try (InputStream in = RedisProgram.class.getResourceAsStream(EMBEDDED)) {
      if (in == null) {
        throw new IOException(EMBEDDED + " is not on the class path");
      }
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
    }
    if (!file.toFile().setExecutable(true)) {
      throw new IOException(file + " cannot be made executable");
    }
    return file;
  }

  /** Its version, and whose memory allocator it uses, which decides what a script costs. */
  public static String build() {
    try {
      Process asked = new ProcessBuilder(path().toString(), "--version").start();
      String told = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      Matcher build = BUILD.matcher(told);
      return build.find() ? "Redis " + build.group(1) + " with " + build.group(2) : told.strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
