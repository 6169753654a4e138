package io.restante.redis;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Locale;

/** The Redis server inside this program, for the platform that it runs on. */
record RedisBinary(String name, byte[] content) {
  private static final String PREFIX = "redis-server-7.0.15-";

  /**
   * Reads it.
   *
   * @throws RedisStartException where there is none for this platform
   */
  static RedisBinary load() {
    return load(System.getProperty("os.name", ""), System.getProperty("os.arch", ""));
  }

  static RedisBinary load(String os, String arch) {
    String name = PREFIX + platform(os, arch);
    try (InputStream in = RedisBinary.class.getResourceAsStream("/" + name)) {
      if (in == null) {
        throw new RedisStartException(
            "redis.mode: embedded has no Redis for "
                + os
                + " on "
                + arch
                + " (expected: Linux or macOS on amd64 or arm64; otherwise redis.mode=standalone)");
      }
      return new RedisBinary(name, in.readAllBytes());
    } catch (IOException e) {
      throw new RedisStartException("redis.mode: embedded cannot be read from the program: " + e);
    }
  }

  private static String platform(String os, String arch) {
    String system = os.toLowerCase(Locale.ROOT).startsWith("mac") ? "darwin" : os;
    String machine =
        switch (arch) {
          case "x86_64" -> "amd64";
          case "aarch64" -> "arm64";
          case "x86", "i386", "i686" -> "386";
          default -> arch;
        };
    return system.toLowerCase(Locale.ROOT) + "-" + machine;
  }

  /**
   * Puts it into a directory that only this user can read, unless the same bytes are there, and
   * gives its path. Where programs may not be run from that directory, a temporary one takes its
   * place.
   */
  Path place(Path directory) throws IOException {
    Path placed = write(directory);
    return Files.isExecutable(placed) ? placed : write(Files.createTempDirectory("restante-redis"));
  }

  private Path write(Path directory) throws IOException {
    Path file = directory.resolve(name);
    if (Files.isRegularFile(file) && Arrays.equals(Files.readAllBytes(file), content)) {
      return file;
    }
    // Moved into place: a file that is half written or being run must not be written to.
    Path fresh =
        Files.createTempFile(
            directory,
            name,
            ".new",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Files.write(fresh, content);
    return Files.move(
        fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
