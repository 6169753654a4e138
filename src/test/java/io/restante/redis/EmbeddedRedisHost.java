package io.restante.redis;

import java.nio.file.Path;

/** A small gateway for tests: holds an embedded Redis until its own input ends. */
public final class EmbeddedRedisHost {
  private EmbeddedRedisHost() {}

  /** Takes the data directory; prints port and password, or why it could not start. */
  public static void main(String[] args) throws Exception {
    try (EmbeddedRedis redis = EmbeddedRedis.start(Path.of(args[0]), RedisMetrics.none())) {
      System.out.println("ready " + redis.url().port() + " " + redis.url().password());
      while (System.in.read() >= 0) {
        // Until the test lets go.
      }
    } catch (RedisStartException e) {
      System.out.println("refused " + e.getMessage());
    }
  }
}
