package io.restante.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.restante.redis.EmbeddedRedis;
import io.restante.redis.RedisMetrics;
import io.restante.redis.RedisUrl;
import io.restante.testing.RespSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A copy of the embedded Redis' directory, made as the operations page says, is a backup. */
@Timeout(60)
final class BackupIT {
  @TempDir Path temporary = Path.of("");

  private static RespSocket connect(EmbeddedRedis redis) throws IOException {
    RedisUrl url = redis.url();
    RespSocket socket = new RespSocket(url.port());
    socket.command("AUTH", Objects.requireNonNull(url.password()));
    return socket;
  }

  private static void copy(Path from, Path to) throws IOException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(from)) {
      files = walk.sorted().toList();
    }
    for (Path file : files) {
      Files.copy(file, to.resolve(from.relativize(file).toString()));
    }
  }

  @Test
  void aCopyOfTheDirectoryOfAGatewayThatEndedHasWhatWasAnswered() throws Exception {
    Path data = temporary.resolve("data");
    try (EmbeddedRedis redis = EmbeddedRedis.start(data, RedisMetrics.none());
        RespSocket socket = connect(redis)) {
      socket.command("SET", "k", "before");
    }
    Path backup = temporary.resolve("backup");
    copy(data, backup);
    try (EmbeddedRedis redis = EmbeddedRedis.start(data, RedisMetrics.none());
        RespSocket socket = connect(redis)) {
      socket.command("SET", "k", "after");
    }
    try (EmbeddedRedis redis = EmbeddedRedis.start(backup, RedisMetrics.none());
        RespSocket socket = connect(redis)) {
      assertEquals("before", socket.command("GET", "k"));
    }
  }
}
