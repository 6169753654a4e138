package io.restante.storm;

import io.restante.storm.Finding.Rule;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;

/** Plays with gateways that are broken on purpose, to show that this is found. */
public final class Sabotage {
  private static final int GATEWAYS = 2;
  private static final int ACCOUNTS = 16;
  private static final int CALM_MS = 1_000;
  private static final int PAUSE_MS_MAX = 400;
  private static final int TIMES_MAX = 8;

  private Sabotage() {}

  /** Exits with 0 where every saboteur is found, otherwise 1. */
  public static void main(String[] args) {
    Random random = new Random();
    boolean all = true;
    for (Saboteur saboteur : Saboteur.values()) {
      long seed = random.nextLong();
      System.out.println(saboteur + ", seed " + seed);
      boolean found = play(saboteur, seed, System.out::println).contains(saboteur.broken());
      System.out.println(saboteur + (found ? " is found" : " IS NOT FOUND"));
      all &= found;
    }
    System.exit(all ? 0 : 1);
  }

  /**
   * Plays until the saboteur is found, a few times at most; what it breaks. All that befalls these
   * gateways is that in the end the ways to Redis are mended, and so every connection is lost.
   */
  static Set<Rule> play(Saboteur saboteur, long seed, Consumer<String> out) {
    Random random = new Random(seed);
    Set<Rule> broken = EnumSet.noneOf(Rule.class);
    try (Weather weather = new Weather("standalone", GATEWAYS, saboteur.jvmOptions())) {
      Cast cast = Cast.register(random, ACCOUNTS, weather, out);
      for (int time = 0; time < TIMES_MAX && !broken.contains(saboteur.broken()); time++) {
        long actSeed = random.nextLong();
        Act act = new Act(actSeed, weather, cast, out);
        boolean settled = saboteur.broken() == Rule.LATE;
        Verdict verdict = act.play(List.of(), CALM_MS, PAUSE_MS_MAX, false, settled);
        Storm.tell(act, actSeed, verdict, out);
        verdict.findings().forEach(finding -> broken.add(finding.rule()));
      }
    }
    return broken;
  }
}
