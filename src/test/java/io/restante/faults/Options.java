package io.restante.faults;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a harness is told on its command line.
 *
 * @param seed of all that is random
 * @param seconds for how long acts begin
 * @param mode of Redis: standalone, sentinel or cluster
 */
public record Options(long seed, long seconds, String mode) {
  /** All that can be told. */
  public static final String USAGE =
      "[--seed N] [--seconds S] [--mode standalone|sentinel|cluster]";

  private static final String SEED = "--seed";
  private static final String SECONDS = "--seconds";
  private static final String MODE = "--mode";

  /** Reads arguments; nothing where they are others. A minute on one Redis where none are given. */
  public static Optional<Options> of(String... args) {
    Map<String, String> given = new HashMap<>();
    for (int i = 0; i + 1 < args.length; i += 2) {
      given.put(args[i], args[i + 1]);
    }
    if (args.length % 2 > 0 || !Set.of(SEED, SECONDS, MODE).containsAll(given.keySet())) {
      return Optional.empty();
    }
    long seed = given.containsKey(SEED) ? Long.parseLong(given.get(SEED)) : System.nanoTime();
    long seconds = Long.parseLong(given.getOrDefault(SECONDS, "60"));
    return Optional.of(new Options(seed, seconds, given.getOrDefault(MODE, "standalone")));
  }
}
