package io.restante.faults;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.ToIntBiFunction;
import java.util.function.ToIntFunction;

/**
 * Plays act after act until the time is up, and says whether all is right.
 *
 * @param mode of Redis: standalone, sentinel or cluster
 * @param random begins with the seed
 * @param deadline no act begins after it, by {@link System#nanoTime}
 */
public record Harness(String mode, Random random, long deadline) {
  private static final String SEED = "--seed";
  private static final String SECONDS = "--seconds";
  private static final String MODE = "--mode";
  private static final int FINDINGS_TOLD = 10;

  /**
   * Reads arguments, by default for a minute on one Redis. Exits with 0 where nothing was found, 1
   * where something was, 2 for other arguments.
   *
   * @param findings plays all acts and counts what was found
   */
  public static void main(String name, String[] args, ToIntFunction<Harness> findings) {
    Map<String, String> given = new HashMap<>();
    for (int i = 0; i + 1 < args.length; i += 2) {
      given.put(args[i], args[i + 1]);
    }
    if (args.length % 2 > 0 || !Set.of(SEED, SECONDS, MODE).containsAll(given.keySet())) {
      System.err.println(name + " [--seed N] [--seconds S] [--mode standalone|sentinel|cluster]");
      System.exit(2);
    }
    long seed = given.containsKey(SEED) ? Long.parseLong(given.get(SEED)) : System.nanoTime();
    long seconds = Long.parseLong(given.getOrDefault(SECONDS, "60"));
    String mode = given.getOrDefault(MODE, "standalone");
    System.out.println("seed " + seed + ", mode " + mode);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    int count = findings.applyAsInt(new Harness(mode, new Random(seed), deadline));
    System.out.println(count == 0 ? "HOLDS: no finding" : "BROKEN: " + count + " findings");
    System.exit(count == 0 ? 0 : 1);
  }

  /** Plays acts, each by its number and seed, until the time is up; how much they found. */
  public int play(ToIntBiFunction<Integer, Long> act) {
    int findings = 0;
    for (int number = 0; number == 0 || System.nanoTime() < deadline; number++) {
      findings += act.applyAsInt(number, random.nextLong());
    }
    return findings;
  }

  /** Tells what was found in an act, if anything was, and keeps its record. */
  public static void tell(List<?> findings, History<?> history, Path record, Consumer<String> out) {
    if (!findings.isEmpty()) {
      history.write(record);
      out.accept(findings.size() + " findings, the record is in " + record);
      findings.stream().limit(FINDINGS_TOLD).map(Object::toString).forEach(out);
    }
  }
}
