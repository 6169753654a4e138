package io.restante.testing;

import io.restante.redis.RedisConfig.Mode;
import java.util.Random;

/**
 * Random numbers that can be had again: the seed is told on standard output and taken from the
 * system property {@code restante.seed} where that is set.
 */
public final class Seeded {
  private Seeded() {}

  /** A new source of random numbers for the test of this name. */
  public static Random random(String test) {
    Long given = Long.getLong("restante.seed");
    long seed = given == null ? System.nanoTime() : given;
    System.out.println("seed of " + test + ": -Drestante.seed=" + seed);
    return new Random(seed);
  }

  /**
   * How often to try what is random: a quarter of this where the same tests run once more, on
   * Sentinels or a cluster.
   */
  public static int rounds(int onOneRedis) {
    return TestRedis.modeOfThisRun() == Mode.STANDALONE ? onOneRedis : onOneRedis / 4;
  }

  /** As many random bytes. */
  public static byte[] bytes(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
